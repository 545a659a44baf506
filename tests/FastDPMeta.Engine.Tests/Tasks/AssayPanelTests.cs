using FastDPMeta.Engine.Tasks;

namespace FastDPMeta.Engine.Tests.Tasks;

public sealed class AssayPanelTests
{
    [Fact]
    public void A_structure_is_one_example_with_all_its_labels_copies_included()
    {
        // Compound 3 is a copy of compound 0; compound 2 was measured by assay 1 only, which is not asked for.
        byte[] bytes = [.. Molecules.Fingerprints(3), .. Molecules.Fingerprints(1)];
        byte[] labels =
        [
            1, 0, 255,
            0, 255, 255,
            255, 1, 255,
            0, 1, 1,
        ];
        MoleculeSet set = MoleculeSet.Create(bytes, labels, [.. Enumerable.Range(0, 3).Select(i => new Assay($"{i}", AssaySplit.Train))]);
        AssayPanel panel = new(set, [2, 0]);
        Assert.Equal([0, 1], panel.Compounds);
        Assert.Equal((2, 2), (panel.Count, panel.TargetShape.Count));
        Assert.Equal([1f, 1f], Target(panel, 0)); // of assay 2 the copy's label, of assay 0 the first's
        Assert.Equal([-1f, 0f], Target(panel, 1));
    }

    [Fact]
    public void Nothing_of_a_structure_that_is_held_out_is_in_it()
    {
        MoleculeSet set = Molecules.Measured(200, AssaySplit.Train, AssaySplit.Train);
        AssayPanel panel = new(set, [0, 1], heldOut: 0.3);
        Assert.Equal(Enumerable.Range(0, 200).Where(compound => !set.IsHeldOut(compound, 0.3)), panel.Compounds);
    }

    [Fact]
    public void Assays_must_exist_and_differ()
    {
        MoleculeSet set = Molecules.Measured(4, AssaySplit.Train);
        foreach (int[] wrong in (int[][])[[], [0, 0], [1], [-1]])
        {
            Assert.Contains("different numbers from 0 to 0", Assert.Throws<ArgumentException>(() => new AssayPanel(set, wrong)).Message, StringComparison.Ordinal);
        }
    }

    private static float[] Target(AssayPanel panel, int example)
    {
        float[] bits = new float[MoleculeSet.FingerprintBits], target = new float[panel.TargetShape.Count];
        panel.Fill(example, bits, target);
        Assert.Equal(panel.Compounds[example], Molecules.Number(bits));
        return target;
    }
}

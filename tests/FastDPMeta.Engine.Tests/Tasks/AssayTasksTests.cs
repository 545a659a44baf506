using FastDPMeta.Engine.Tasks;

namespace FastDPMeta.Engine.Tests.Tasks;

public sealed class AssayTasksTests
{
    [Fact]
    public void A_task_holds_compounds_of_its_assay_with_their_labels_and_none_twice()
    {
        MoleculeSet set = Molecules.Measured(120, AssaySplit.Train, AssaySplit.Train, AssaySplit.Train);
        AssayTasks tasks = new(set, [0, 2], shot: 3, query: 5, seed: 1);
        Assert.Equal((2, 2, 6, 10), (tasks.Count, tasks.Way, tasks.SupportCount, tasks.QueryCount));
        for (int task = 0; task < 6; task++)
        {
            int assay = task % 2 == 0 ? 0 : 2;
            TaskBuffers buffers = new TaskBuffers(tasks).Fill(task);
            int[] compounds = [.. Compounds(buffers.SupportInputs), .. Compounds(buffers.QueryInputs)];
            float[] labels = [.. buffers.SupportLabels, .. buffers.QueryLabels];
            Assert.Equal(16, compounds.Distinct().Count());
            Assert.All(compounds.Zip(labels), pair => Assert.Equal(pair.Second, set.Label(pair.First, assay)));
            Assert.Equal([0f, 0f, 0f, 1f, 1f, 1f], buffers.SupportLabels);
        }
    }

    [Fact]
    public void One_assays_results_are_in_one_task_of_a_round_of_all()
    {
        // Another finding of assay 1 changes task 1 and no other: an assay is a unit of privacy when there are as many tasks as assays.
        MoleculeSet set = Molecules.Measured(60, AssaySplit.Train, AssaySplit.Train, AssaySplit.Train);
        byte[] labels = [.. Enumerable.Range(0, 180).Select(i => i % 3 == 1 ? (byte)(i / 3 % 2) : set.Label(i / 3, i % 3))];
        MoleculeSet other = MoleculeSet.Create(Molecules.Fingerprints(60), labels, set.Assays);
        AssayTasks before = new(set, [0, 1, 2], 2, 4, 1), after = new(other, [0, 1, 2], 2, 4, 1);
        for (int task = 0; task < 3; task++)
        {
            bool equal = new TaskBuffers(before).Fill(task).All().SequenceEqual(new TaskBuffers(after).Fill(task).All());
            Assert.Equal(task != 1, equal);
        }
    }

    [Fact]
    public void A_class_of_few_compounds_repeats_them_but_support_and_query_stay_apart()
    {
        MoleculeSet set = Molecules.Measured(15, AssaySplit.Train); // five actives
        TaskBuffers buffers = new TaskBuffers(new AssayTasks(set, [0], shot: 10, query: 10, seed: 4)).Fill(0);
        int[] support = [.. Compounds(buffers.SupportInputs).Distinct()], query = [.. Compounds(buffers.QueryInputs).Distinct()];
        Assert.Empty(support.Intersect(query));
        Assert.Equal(Enumerable.Range(0, 15), support.Concat(query).Order());
    }

    [Fact]
    public void Structures_that_are_held_out_and_assays_without_two_of_each_class_are_left_out()
    {
        MoleculeSet set = Molecules.Measured(200, AssaySplit.Train);
        AssayTasks tasks = new(set, [0], 20, 40, 1, heldOut: 0.4);
        TaskBuffers buffers = new TaskBuffers(tasks).Fill(0);
        Assert.DoesNotContain(Compounds(buffers.SupportInputs).Concat(Compounds(buffers.QueryInputs)), compound => set.IsHeldOut(compound, 0.4));
        MoleculeSet lopsided = MoleculeSet.Create(Molecules.Fingerprints(4), [1, 0, 0, 0], [new Assay("one active", AssaySplit.Train)]);
        Assert.Contains("none of 1 assays", Assert.Throws<ArgumentException>(() => new AssayTasks(lopsided, [0], 1, 1, 1)).Message, StringComparison.Ordinal);
    }

    private static IEnumerable<int> Compounds(float[] rows) => rows.Chunk(MoleculeSet.FingerprintBits).Select(row => Molecules.Number(row));
}

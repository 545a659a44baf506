using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Optim;
using FastDPMeta.Engine.Tasks;
using FastDPMeta.Kernels;
using FastDPMeta.Privacy.Training;

namespace FastDPMeta.Privacy.Tests.Training;

/// <summary>A compound that many assays measured is one unit: all that it adds to a round, over all assays, is inside the clip.</summary>
public sealed class CompoundUnitTests : IDisposable
{
    private const int Compounds = 24, Assays = 12;
    private const float Clip = 0.05f;
    private readonly Device _device = Device.Open("cpu", new DeviceOptions { Threads = 1 });

    public void Dispose() => _device.Dispose();

    [Fact]
    public void Removing_a_compound_from_all_assays_changes_the_sum_by_at_most_the_clip()
    {
        Layer model = new Sequential(
            new Dense(MoleculeSet.FingerprintBits, 6, Activation.Relu, name: "hidden", weightInitializer: Initializer.Normal(0.3)), new Dense(6, Assays, name: "assays"));
        PrivacyPlan plan = new PrivacyPlanBuilder().Protect(PrivacyUnit.Example).Within(new PrivacyBudget(3, 1e-3)).Poisson(Compounds, Compounds, 4).ClipTo(Clip).Build();
        AssayPanel whole = Panel(without: -1);
        Assert.Equal(Compounds, whole.Count);
        using PrivateStep step = new(
            PrivateTrainer.Spec(model, Loss.MaskedBinaryCrossEntropy, whole.InputShape, whole.TargetShape, Optimizer.Sgd(1), plan, 8), _device);
        step.WriteParameters(model.Initialize(3));
        float[] all = Sum(step, whole);
        int reached = 0;
        for (int compound = 0; compound < Compounds; compound += 5)
        {
            AssayPanel rest = Panel(compound);
            Assert.Equal(Compounds - 1, rest.Count);
            double change = Math.Sqrt(Sum(step, rest).Zip(all, (one, other) => Math.Pow((double)one - other, 2)).Sum());
            Assert.InRange(change, 0, Clip * (1 + 1e-4));
            reached += change > 0.99 * Clip ? 1 : 0;
        }

        Assert.True(reached > 0); // the clip is reached: without it the change would be greater
    }

    private static float[] Sum(PrivateStep step, AssayPanel panel)
    {
        step.Accumulate([.. Enumerable.Range(0, panel.Count)], new ExampleUnits(panel));
        return step.ReadSum();
    }

    /// <summary>Compounds that most assays measured, one of them measured by none if so asked.</summary>
    private static AssayPanel Panel(int without)
    {
        byte[] bits = new byte[Compounds * 256], labels = new byte[Compounds * Assays];
        for (int compound = 0; compound < Compounds; compound++)
        {
            for (int i = 0; i < 30; i++)
            {
                bits[(compound * 256) + (((compound * 7) + (i * 11)) % 256)] |= (byte)(1 << (i % 8));
            }

            for (int assay = 0; assay < Assays; assay++)
            {
                labels[(compound * Assays) + assay] = compound == without || (compound + assay) % 5 == 0 ? MoleculeSet.NotMeasured : (byte)((compound * assay) % 2);
            }
        }

        return new AssayPanel(MoleculeSet.Create(bits, labels, [.. Enumerable.Range(0, Assays).Select(i => new Assay($"{i}", AssaySplit.Train))]), [.. Enumerable.Range(0, Assays)]);
    }
}

using System.Globalization;
using FastDPMeta.Cli.Reports;
using FastDPMeta.Kernels;
using FastDPMeta.Privacy;
using FastDPMeta.Privacy.Ledger;
using FastDPMeta.Privacy.Sampling;

namespace FastDPMeta.Cli.Training;

/// <summary>What every run begins with: a device, a plan, a ledger, a name.</summary>
internal static class RunSetup
{
    internal static Device OpenDevice(RunSettings settings)
    {
        DeviceOptions options = new() { Threads = settings.Threads };
        return settings.Device == "best" ? Device.Best(options) : Device.Open(settings.Device, options);
    }

    internal static string DeviceLine(Device device, RunSettings settings) =>
        settings.Device == "best" ? $"Device: {device.Choice}." : $"Device: {Describe(device)}.";

    internal static string Describe(Device device) => $"{device.Info.Name}, {device.Info.Description}";

    internal static PrivacyPlan Plan(TrainingOptions options)
    {
        if (options.Epsilon is not double epsilon)
        {
            return Unprotected(options);
        }

        PrivacyPlanBuilder builder = Sampled(new PrivacyPlanBuilder(), options).Protect(Unit(options)).Within(new PrivacyBudget(epsilon, options.Delta)).Clip(Rule(options)).AccountedBy(options.Accountant);
        return (options.SecureNoise ? builder.SecureNoise() : builder).Build();
    }

    private static PrivacyPlanBuilder Sampled(PrivacyPlanBuilder builder, TrainingOptions options)
    {
        int epochs = Math.Max(1, options.Rounds / options.Batches);
        return options.Sampling switch
        {
            SamplingRule.Cyclic => builder.Cyclic(options.Population, options.Lot, epochs),
            SamplingRule.Tree => builder.Stream(options.Population, options.Lot, epochs, NoiseCorrelation.Tree),
            SamplingRule.Banded => builder.Stream(options.Population, options.Lot, epochs, NoiseCorrelation.Banded(options.Bands)),
            _ => builder.Poisson(options.Population, options.Lot, options.Rounds),
        };
    }

    private static Clipping Rule(TrainingOptions options) => options.Clipping switch
    {
        ClippingRule.Layer => Clipping.PerLayer((float)options.Clip),
        ClippingRule.Automatic => Clipping.Automatic((float)options.Clip),
        ClippingRule.Adaptive => Clipping.Adaptive((float)options.Clip),
        _ => Clipping.Flat((float)options.Clip),
    };

    /// <summary>No privacy; fixed batches in turn where batches are fixed, Poisson lots otherwise.</summary>
    internal static PrivacyPlan Unprotected(TrainingOptions options) => options.Sampling == SamplingRule.Poisson
        ? PrivacyPlan.None(Unit(options), options.Population, options.Lot, options.Rounds)
        : PrivacyPlan.None(Unit(options), SamplingScheme.Cyclic(options.Population, options.Lot), options.Rounds);

    private static PrivacyUnit Unit(TrainingOptions options) => options.Unit == ProtectedUnit.Task ? PrivacyUnit.Task : PrivacyUnit.Example;

    /// <summary>On the disk for a private run, so that a crash can't forget what was spent.</summary>
    internal static PrivacyLedger? Ledger(PrivacyPlan plan, RunFolder folder, RunSettings settings) =>
        !plan.IsPrivate ? null
        : folder.Resuming ? PrivacyLedger.Open(folder.LedgerPath, settings.Witness, plan)
        : PrivacyLedger.Create(folder.LedgerPath, settings.Witness, plan);

    internal static string Name(TrainingOptions options) => options.Epsilon is double epsilon
        ? string.Create(CultureInfo.InvariantCulture, $"{SummaryJson.Name(options.Learner)}, ε = {epsilon}")
        : $"{SummaryJson.Name(options.Learner)}, no privacy";
}

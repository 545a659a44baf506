using FastDPMeta.Cli.Commands;
using FastDPMeta.Cli.Data;
using FastDPMeta.Cli.Plots;
using FastDPMeta.Cli.Terminal;
using FastDPMeta.Cli.Training;
using FastDPMeta.Engine.Tasks;
using FastDPMeta.Kernels;

namespace FastDPMeta.Cli.Molecules;

/// <summary>A whole run on molecules: data, trainings, measuring, files, tables.</summary>
internal sealed class MoleculeJob(Screen screen, TimeProvider time)
{
    internal const string FrontierName = "frontier.png";
    private const string Untrained = "untrained embedding";

    internal int Run(MoleculeOptions options, RunSettings settings, CancellationToken cancellationToken)
    {
        using RunFolder folder = RunFolder.Open(settings.OutputFolder, settings.Resume, settings.Force);
        folder.WriteWhole("recipe.json", System.Text.Encoding.UTF8.GetBytes(MoleculeSettings.Write(options)));
        MoleculeReport report = LiveProgress.Show(
            screen.Console, screen.Output, screen.Interactive, time, view => Report(options, settings, folder, view, cancellationToken));
        folder.WriteWhole(MoleculeJson.FileName, MoleculeJson.File(report));
        if (options.Epsilons.Count(double.IsFinite) > 1)
        {
            folder.WriteWhole(FrontierName, MoleculesPlot.Render(report, options.Sizes[0]));
        }

        folder.Commit();
        MoleculeText.Print(screen.Console, report, folder.FinalPath);
        if (settings.Json)
        {
            screen.Output.WriteLine(MoleculeJson.Line(report));
        }

        return ExitCode.Success;
    }

    private static MoleculeSet Open(MoleculeCollection collection, string? folder)
    {
        string root = folder ?? Path.Combine(DataCache.Folder, "molecules");
        string name = MoleculeSettings.Name(collection);
        string inside = Path.Combine(root, name);
        return Directory.Exists(inside)
            ? MoleculeSet.Load(inside, collection)
            : throw new DataFileException(
                inside, "there is no such folder", $"Fingerprints are computed, so there is nothing to download: give --data the folder that holds {name} with its three files.");
    }

    private MoleculeReport Report(MoleculeOptions options, RunSettings settings, RunFolder folder, IProgressView progress, CancellationToken cancellationToken)
    {
        MoleculeAssays assays = MoleculeAssays.Of(Open(options.Collection, settings.DataFolder), options);
        if (assays.Measured.Count == 0)
        {
            throw new CommandException("--sizes: no measured assay has enough compounds for the largest support. Give smaller ones.", ExitCode.Usage);
        }

        using Device device = RunSetup.OpenDevice(settings);
        progress.Say(RunSetup.DeviceLine(device, settings));
        MoleculeTraining training = new(options, assays, device, folder, progress, time);
        List<IReadOnlyList<TrainedEmbedding>> trainings = [];
        foreach (double epsilon in options.Epsilons)
        {
            trainings.Add([.. Enumerable.Range(0, options.Keys).Select(key => training.Run(epsilon, key, cancellationToken))]);
        }

        long start = time.GetTimestamp();
        AssayMeasurement measurement = new(assays, options.Supports, options.Seed, settings.Threads > 0 ? settings.Threads : Environment.ProcessorCount);
        List<MoleculeRow> rows = [];
        IAssayScorer raw = new PrototypeScorer("fingerprint", Bits(assays.Set), options.Centre);
        IAssayScorer[] baselines =
        [
            new TanimotoNeighbour(assays.Set),
            new ForestScorer(assays.Set, options.Seed),
            Learned(Untrained, training.Untrained()),
        ];
        foreach (SupportSize size in options.Sizes)
        {
            foreach (IAssayScorer baseline in baselines)
            {
                progress.Say($"Measuring {baseline.Name}, {size}.");
                rows.Add(MoleculeRow.Of(baseline.Name, size, [measurement.Of(baseline, size, cancellationToken)]));
            }

            for (int i = 0; i < trainings.Count; i++)
            {
                string name = Name(options.Epsilons[i]);
                progress.Say($"Measuring {name}, {size}.");
                rows.Add(MoleculeRow.Of(
                    name, size, [.. trainings[i].Select(trained => measurement.Of(Learned(name, trained.Vectors), size, cancellationToken))], options.Epsilons[i]));
            }
        }

        return new MoleculeReport(options, RunSetup.Describe(device), assays, trainings, rows, time.GetElapsedTime(start).TotalSeconds);

        IAssayScorer Learned(string name, float[][] vectors)
        {
            PrototypeScorer learned = new(name, vectors, options.Centre);
            return options.Raw == 0 ? learned : new MixedScorer(name, raw, learned, options.Raw);
        }
    }

    private static float[][] Bits(MoleculeSet set)
    {
        float[][] bits = [.. Enumerable.Range(0, set.Count).Select(_ => new float[MoleculeSet.FingerprintBits])];
        for (int compound = 0; compound < bits.Length; compound++)
        {
            set.FillBits(compound, bits[compound]);
        }

        return bits;
    }

    private static string Name(double epsilon) => double.IsPositiveInfinity(epsilon) ? "learned" : $"learned, ε = {MoleculeSettings.BudgetText(epsilon)}";
}

using FastDPMeta.Cli.Commands;
using FastDPMeta.Privacy.Frontiers;

namespace FastDPMeta.Cli.Frontiers;

/// <summary>Where a frontier goes: its file, the folders of its trainings, and the pictures.</summary>
internal sealed class FrontierFolder : IDisposable
{
    internal const string FileName = "frontier.jsonl";
    internal const string SummaryName = "frontier.json";
    internal const string PictureName = "frontier.png";
    private readonly bool _begun;

    private FrontierFolder(string path, FrontierFile file, bool begun)
    {
        (FullPath, File, _begun) = (path, file, begun);
    }

    internal string FullPath { get; }

    internal FrontierFile File { get; }

    private string Trainings => Path.Combine(FullPath, "runs");

    /// <summary>A new frontier; what <c>--force</c> replaces must be one too.</summary>
    /// <exception cref="CommandException">The folder can't be used.</exception>
    internal static FrontierFolder Begin(string path, FrontierDesign design, bool force)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        try
        {
            if (System.IO.File.Exists(full))
            {
                throw new CommandException($"--out {path}: that is a file. Give a folder.", ExitCode.Usage);
            }

            if (Directory.Exists(full) && Directory.EnumerateFileSystemEntries(full).Any())
            {
                MakeRoom(path, full, force);
            }

            Directory.CreateDirectory(full);
            return new FrontierFolder(full, FrontierFile.Create(Path.Combine(full, FileName), design), begun: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"--out {path}: can't be written ({exception.Message.TrimEnd('.')}). Give a folder that you may write to.", innerException: exception);
        }
    }

    /// <summary>A frontier to go on with.</summary>
    /// <exception cref="CommandException">There is none.</exception>
    internal static FrontierFolder Resume(string path)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        string file = Path.Combine(full, FileName);
        return System.IO.File.Exists(file)
            ? new FrontierFolder(full, FrontierFile.Open(file), begun: false)
            : throw new CommandException($"--resume: there is no frontier in {full}. Give --out the folder of an earlier one, or leave --resume out.", ExitCode.Usage);
    }

    /// <summary>The folder of one training.</summary>
    internal string Of(FrontierCell cell) => Path.Combine(
        Trainings, cell.IsPrivate ? FormattableString.Invariant($"epsilon-{cell.Epsilon}-key-{cell.Key}") : FormattableString.Invariant($"no-privacy-key-{cell.Key}"));

    /// <summary>Writes a small file whole or not at all.</summary>
    internal void WriteWhole(string name, byte[] content)
    {
        string path = Path.Combine(FullPath, name);
        System.IO.File.WriteAllBytes(path + ".new", content);
        System.IO.File.Move(path + ".new", path, overwrite: true);
    }

    /// <summary>Closes the file; a frontier that was refused before its first training leaves nothing behind.</summary>
    public void Dispose()
    {
        bool nothing = _begun && File.Runs.Count == 0 && !(Directory.Exists(Trainings) && Directory.EnumerateFileSystemEntries(Trainings).Any());
        File.Dispose();
        if (nothing)
        {
            Directory.Delete(FullPath, recursive: true);
        }
    }

    private static void MakeRoom(string path, string full, bool force)
    {
        bool isFrontier = System.IO.File.Exists(Path.Combine(full, FileName));
        if (!force)
        {
            throw new CommandException(
                isFrontier
                    ? $"--out {path}: a frontier is there. Add --resume to go on with it or --force to replace it."
                    : $"--out {path}: the folder is not empty. Give another one.",
                ExitCode.Usage);
        }

        if (!isFrontier)
        {
            throw new CommandException($"--force: {full} does not look like a frontier (it has no {FileName}), so it is left alone. Give another --out.", ExitCode.Usage);
        }

        Directory.Delete(full, recursive: true);
    }
}

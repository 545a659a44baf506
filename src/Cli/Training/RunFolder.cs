using System.Text;
using FastDPMeta.Cli.Commands;

namespace FastDPMeta.Cli.Training;

/// <summary>
/// Where a run goes. Work happens in <c>NAME.partial</c>, which becomes <c>NAME</c> by one rename when the run is whole, so that
/// <c>NAME</c> is never half-written. What can't be done twice, the ledger, survives a crash in the partial folder; <c>--resume</c> finds it.
/// </summary>
internal sealed class RunFolder : IDisposable
{
    private const string LockName = ".lock";
    private const string OptionsName = "options.json";
    internal const string LedgerName = "privacy.ledger";
    private const string CheckpointName = "checkpoint.safetensors";
    private const string ModelName = "model.safetensors";
    private readonly string _final;
    private readonly string _working;
    private readonly bool _reopened; // the folder was whole before it was opened again
    private FileStream? _lock;
    private bool _committed;

    private RunFolder(string final, string working, bool resuming, bool reopened)
    {
        _final = final;
        _working = working;
        Resuming = resuming;
        _reopened = reopened;
    }

    /// <summary>True when there is a checkpoint to go on from.</summary>
    internal bool Resuming { get; }

    /// <summary>Where the run will be when whole.</summary>
    internal string FinalPath => _final;

    internal string OptionsPath => Path.Combine(_working, OptionsName);

    /// <summary>Append-only and flushed to the disk as the run goes.</summary>
    internal string LedgerPath => Path.Combine(_working, LedgerName);

    internal string CheckpointPath => Path.Combine(_working, CheckpointName);

    internal string ModelPath => Path.Combine(_working, ModelName);

    /// <summary>Opens the folder for a run and proves that it can be written, before anything is computed.</summary>
    /// <exception cref="CommandException">It can't: one line says why and what to do.</exception>
    internal static RunFolder Open(string path, bool resume, bool force)
    {
        string final = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        string working = final + ".partial";
        try
        {
            bool reopened = resume ? Reopen(final, working) : MakeRoom(final, working, force);
            RunFolder folder = new(final, working, resume, reopened);
            folder.Lock();
            return folder;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(
                $"--out {path}: can't be written ({exception.Message.TrimEnd('.')}). Give a folder that you may write to.", innerException: exception);
        }
    }

    /// <summary>Where the options of a finished run are.</summary>
    internal static string OptionsOf(string folder) => Path.Combine(folder, OptionsName);

    /// <summary>Where the model of a finished run is.</summary>
    internal static string ModelOf(string folder) => Path.Combine(folder, ModelName);

    /// <summary>Whether there is a run at a path to go on from, whole or interrupted.</summary>
    internal static bool CanResume(string path) => File.Exists(Path.Combine(path, CheckpointName)) || File.Exists(Path.Combine(path + ".partial", CheckpointName));

    /// <summary>A name under <c>runs</c> that nothing has yet.</summary>
    internal static string NextFree(string name)
    {
        string first = Path.Combine("runs", name);
        string candidate = first;
        for (int number = 2; Path.Exists(candidate) || Path.Exists(candidate + ".partial"); number++)
        {
            candidate = $"{first}-{number}";
        }

        return candidate;
    }

    /// <summary>The path of a file in the folder while the run goes on.</summary>
    internal string PathOf(string name) => Path.Combine(_working, name);

    /// <summary>Writes a small file whole or not at all.</summary>
    internal void WriteWhole(string name, ReadOnlySpan<byte> content)
    {
        string path = PathOf(name);
        using (FileStream file = File.Create(path + ".new"))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(path + ".new", path, overwrite: true);
    }

    internal void WriteWhole(string name, string text) => WriteWhole(name, Encoding.UTF8.GetBytes(text));

    /// <summary>The run is whole: gives it its name. A run that <c>--force</c> replaces is gone only once the new one stands.</summary>
    internal void Commit()
    {
        Unlock();
        string replaced = _final + ".replaced";
        if (Directory.Exists(_final))
        {
            Directory.Move(_final, replaced);
        }

        Directory.Move(_working, _final);
        _committed = true;
        if (Directory.Exists(replaced))
        {
            Directory.Delete(replaced, recursive: true);
        }
    }

    /// <summary>True when budget was charged, or without privacy when a checkpoint exists, so that the partial folder must not be thrown away.</summary>
    internal bool HasProgress => File.Exists(LedgerPath) ? HasCharges() : File.Exists(CheckpointPath);

    /// <summary>Without a commit: leaves what is worth keeping, and nothing else.</summary>
    public void Dispose()
    {
        if (_committed)
        {
            return;
        }

        Unlock();
        if (_reopened)
        {
            Directory.Move(_working, _final);
        }
        else if (!HasProgress && Directory.Exists(_working))
        {
            Directory.Delete(_working, recursive: true);
        }
    }

    // The first line of a ledger names the plan; every further one is a charge.
    private bool HasCharges() => File.ReadLines(LedgerPath).Skip(1).Any();

    private static bool Reopen(string final, string working)
    {
        if (File.Exists(Path.Combine(working, CheckpointName)))
        {
            RefuseIfBusy(working);
            return false;
        }

        if (!File.Exists(Path.Combine(final, CheckpointName)))
        {
            throw new CommandException($"--resume: there is no checkpoint in {final}. Give --out the folder of an earlier run, or leave --resume out.", ExitCode.Usage);
        }

        Directory.Move(final, working);
        return true;
    }

    private static bool MakeRoom(string final, string working, bool force)
    {
        if (File.Exists(final))
        {
            throw new CommandException($"--out {final}: that is a file. Give a folder.", ExitCode.Usage);
        }

        if (Directory.Exists(working))
        {
            RefuseIfBusy(working);
            Refuse(!force, $"--out {final}: an unfinished run is in {working}. Add --resume to go on with it or --force to discard it.");
            RefuseForeign(working);
            Directory.Delete(working, recursive: true);
        }

        if (Directory.Exists(final) && Directory.EnumerateFileSystemEntries(final).Any())
        {
            Refuse(!force, $"--out {final}: the folder is not empty. Give another one, or add --force to replace the run in it.");
            RefuseForeign(final);
        }

        Directory.CreateDirectory(working);
        return false;
    }

    // Deleting a folder that isn't ours would be worse than any inconvenience.
    private static void RefuseForeign(string folder) => Refuse(
        Directory.EnumerateFileSystemEntries(folder).Any() && !File.Exists(Path.Combine(folder, OptionsName)),
        $"--force: {folder} does not look like a run (it has no {OptionsName}), so it is left alone. Give another --out.");

    private static void RefuseIfBusy(string working)
    {
        string path = Path.Combine(working, LockName);
        if (!File.Exists(path))
        {
            return;
        }

        try
        {
            using FileStream probe = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception)
        {
            throw new CommandException($"--out: another fastdpmeta is at work in {working}. Wait for it or give another --out.", innerException: exception);
        }
    }

    private static void Refuse(bool condition, string message)
    {
        if (condition)
        {
            throw new CommandException(message, ExitCode.Usage);
        }
    }

    private void Lock() => _lock = new FileStream(
        Path.Combine(_working, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);

    private void Unlock()
    {
        _lock?.Dispose();
        _lock = null;
    }
}

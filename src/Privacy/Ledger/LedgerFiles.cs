namespace FastDPMeta.Privacy.Ledger;

/// <summary>The file of a ledger and, where one is named, of its witness: opened and locked together, with errors explained.</summary>
internal sealed class LedgerFiles : IDisposable
{
    private readonly List<FileLedgerStore> _files;
    private bool _kept;

    private LedgerFiles(List<FileLedgerStore> files) => _files = files;

    /// <summary>Where the ledger writes.</summary>
    public ILedgerStore Store => field ??= Together(_files);

    /// <summary>Makes new files.</summary>
    /// <param name="path">The ledger's place.</param>
    /// <param name="witness">The witness's place, or null.</param>
    /// <exception cref="LedgerException">One exists already, or can't be made; nothing is left behind.</exception>
    public static LedgerFiles Create(string path, string? witness)
    {
        LedgerFiles files = OpenAll(path, witness, create: true, TimeSpan.Zero);
        if (files._files.Find(file => file.Length > 0) is { } taken)
        {
            files.Dispose();
            throw new LedgerException(taken.Name == path
                ? $"Ledger {path} exists already. Resume its run, or choose another place for a new one."
                : $"Witness {taken.Name} exists already. Choose another place for the witness of a new ledger.");
        }

        return files;
    }

    /// <summary>Opens files that exist.</summary>
    /// <param name="path">The ledger.</param>
    /// <param name="witness">Its witness, or null.</param>
    /// <param name="patience">How long to wait for another process to close them.</param>
    /// <exception cref="LedgerException">One is missing or in use, or they disagree.</exception>
    public static ILedgerStore Open(string path, string? witness, TimeSpan patience)
    {
        using LedgerFiles files = OpenAll(path, witness, create: false, patience);
        try
        {
            ILedgerStore store = files.Store;
            files.Keep();
            return store;
        }
        catch (Exception error) when (LedgerChain.IsStorageError(error))
        {
            throw new LedgerException($"Ledger {path} or its witness cannot be read or repaired: {LedgerChain.OneLine(error)} Make both readable and writable, then resume.", error);
        }
    }

    /// <summary>The files stay open and are the ledger's from now on.</summary>
    public void Keep() => _kept = true;

    /// <summary>Unless they were kept: closes the files and leaves nothing behind of those that were made.</summary>
    public void Dispose()
    {
        if (_kept)
        {
            return;
        }

        foreach (FileLedgerStore file in _files)
        {
            file.Dispose();
            if (file.IsNew)
            {
                Delete(file.Name);
            }
        }
    }

    private static LedgerFiles OpenAll(string path, string? witness, bool create, TimeSpan patience)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (witness is not null && Path.GetFullPath(witness) == Path.GetFullPath(path))
        {
            throw new LedgerException($"Witness {witness} is the ledger itself. Give the witness another place, best on another device.");
        }

        LedgerFiles files = new([]);
        bool opened = false;
        try
        {
            files._files.Add(OpenFile("Ledger", path, create, patience));
            if (witness is not null)
            {
                files._files.Add(OpenFile("Witness", witness, create, patience));
            }

            opened = true;
            return files;
        }
        finally
        {
            if (!opened)
            {
                files.Dispose();
            }
        }
    }

    private static FileLedgerStore OpenFile(string what, string path, bool create, TimeSpan patience)
    {
        try
        {
            return FileLedgerStore.Open(path, create, patience);
        }
        catch (FileNotFoundException error)
        {
            throw new LedgerException(
                what == "Ledger"
                    ? $"Ledger {path} does not exist, so what was spent is unknown. Give the ledger of the run to resume."
                    : $"Witness {path} does not exist, so nobody can tell whether the ledger was put back from an older copy. Give the witness the ledger was begun with, or copy the ledger to its place if you vouch for it.",
                error);
        }
        catch (Exception error) when (LedgerChain.IsStorageError(error))
        {
            throw new LedgerException($"{what} {path} cannot be opened: {LedgerChain.OneLine(error)} Choose a writable place that no other run uses.", error);
        }
    }

    private static ILedgerStore Together(List<FileLedgerStore> files) => files.Count == 1 ? files[0] : new WitnessedLedgerStore(files[0], files[1]);

    private static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (LedgerChain.IsStorageError(error))
        {
            // An empty file may stay; beginning in it again works.
        }
    }
}

namespace FastDPMeta.Privacy.Frontiers;

/// <summary>
/// A frontier on the disk: its design in the first line, then a line of JSON for each training, appended and flushed to the device as it ends. An interruption loses
/// nothing but the training in progress; opened again, the file says which are missing. Locked while open. Not thread-safe.
/// </summary>
/// <remarks>A last line that a crash tore is cut off when the file is opened: its training counts as missing. Any other damage is refused.</remarks>
public sealed class FrontierFile : IDisposable
{
    private readonly FileStream _stream;
    private readonly string _path;
    private readonly List<FrontierRun> _runs;

    private FrontierFile(FileStream stream, string path, FrontierDesign design, List<FrontierRun> runs)
    {
        (_stream, _path, Design, _runs) = (stream, path, design, runs);
    }

    /// <summary>Which trainings there will be.</summary>
    public FrontierDesign Design { get; }

    /// <summary>Those that are done, in the order in which they ended.</summary>
    public IReadOnlyList<FrontierRun> Runs => _runs;

    /// <summary>Those still to be done.</summary>
    public IReadOnlyList<FrontierCell> Missing => [.. Design.Cells.Except(_runs.Select(run => run.Cell))];

    /// <summary>Begins a frontier in a new file.</summary>
    /// <param name="path">A file that doesn't exist, in a folder that does.</param>
    /// <param name="design">Which trainings there will be.</param>
    /// <exception cref="FrontierFileException">The file exists or can't be written.</exception>
    public static FrontierFile Create(string path, FrontierDesign design)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(design);
        FileStream? stream = null;
        try
        {
            stream = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
            FrontierFile file = new(stream, path, design, []);
            file.Write(FrontierJson.Line(design));
            return file;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            stream?.Dispose();
            throw new FrontierFileException($"Frontier {path} can't be begun: {OneLine(error)} Give another place, or open the one that is there.", error);
        }
        catch
        {
            stream?.Dispose();
            throw;
        }
    }

    /// <summary>Goes on with a frontier.</summary>
    /// <param name="path">Its file.</param>
    /// <exception cref="FrontierFileException">The file is missing, in use or damaged, or has a training that its design doesn't.</exception>
    public static FrontierFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        FileStream? stream = null;
        try
        {
            stream = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            byte[] bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            int sound = bytes.AsSpan().LastIndexOf((byte)'\n') + 1;
            (FrontierDesign design, List<FrontierRun> runs) = Read(path, bytes.AsMemory(0, sound));
            stream.SetLength(sound);
            stream.Position = sound;
            return new FrontierFile(stream, path, design, runs);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            stream?.Dispose();
            throw new FrontierFileException($"Frontier {path} can't be read: {OneLine(error)} Give the file of a frontier that nothing else is at work on.", error);
        }
        catch
        {
            stream?.Dispose();
            throw;
        }
    }

    /// <summary>Adds a training. When this returns, it is on the device.</summary>
    /// <param name="run">One that is missing.</param>
    /// <exception cref="ArgumentException">The design has no such training, or it is here already.</exception>
    /// <exception cref="FrontierFileException">It can't be written.</exception>
    public void Append(FrontierRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        Check(Design, _runs, run);
        long before = _stream.Length;
        try
        {
            Write(FrontierJson.Line(run));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            TakeBack(before);
            throw new FrontierFileException($"Frontier {_path} can't be written: {OneLine(error)} Free space; then go on with it: what stood in it is kept.", error);
        }

        _runs.Add(run);
    }

    /// <summary>Closes the file; what was appended stays.</summary>
    public void Dispose() => _stream.Dispose();

    private static (FrontierDesign Design, List<FrontierRun> Runs) Read(string path, ReadOnlyMemory<byte> text)
    {
        FrontierDesign? design = null;
        List<FrontierRun> runs = [];
        for (int number = 1; text.Length > 0; number++)
        {
            int end = text.Span.IndexOf((byte)'\n');
            try
            {
                if (design is null)
                {
                    design = FrontierJson.Design(text[..end]);
                }
                else
                {
                    FrontierRun run = FrontierJson.Run(text[..end]);
                    Check(design, runs, run);
                    runs.Add(run);
                }
            }
            catch (Exception error) when (error is FormatException or ArgumentException)
            {
                throw new FrontierFileException($"Frontier {path} is damaged in line {number}: {OneLine(error)} Restore it from a copy, or begin another one.", error);
            }

            text = text[(end + 1)..];
        }

        return (design ?? throw new FrontierFileException($"Frontier {path} is empty: it was interrupted before its first line. Delete it and begin again."), runs);
    }

    private static void Check(FrontierDesign design, List<FrontierRun> runs, FrontierRun run)
    {
        if (!design.Cells.Contains(run.Cell))
        {
            throw new ArgumentException($"The design has no training with ε = {run.Cell.Epsilon} and key {run.Cell.Key}. Give one that Missing lists.", nameof(run));
        }

        if (runs.Exists(other => other.Cell == run.Cell))
        {
            throw new ArgumentException($"The training with ε = {run.Cell.Epsilon} and key {run.Cell.Key} is here already. Give one that Missing lists.", nameof(run));
        }

        if (run.Cell.IsPrivate == run.Released is null)
        {
            throw new ArgumentException(
                run.Cell.IsPrivate ? "A private training must say what it released. Set Released, or use FromLedger." : "A training without privacy promises nothing, so it has no account. Leave Released out.", nameof(run));
        }

        if (runs.Count > 0 && runs[0].Metric != run.Metric)
        {
            throw new ArgumentException($"This training's metric is {run.Metric}, the others' is {runs[0].Metric}. Measure all of them alike.", nameof(run));
        }
    }

    private void Write(byte[] line)
    {
        _stream.Write(line);
        _stream.Flush(flushToDisk: true);
    }

    private void TakeBack(long length)
    {
        try
        {
            _stream.SetLength(length);
            _stream.Position = length;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The first error is the one to report; a torn line is cut off when the file is opened.
        }
    }

    private static string OneLine(Exception error) => error.Message.ReplaceLineEndings(" ");
}

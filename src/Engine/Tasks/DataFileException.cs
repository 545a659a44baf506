namespace FastDPMeta.Engine.Tasks;

/// <summary>A data file is missing, damaged or not what it should be. The message is one line: the file, what is wrong, what to do.</summary>
public sealed class DataFileException : Exception
{
    /// <summary>An error about one file.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="problem">What is wrong with it.</param>
    /// <param name="remedy">What to do, a sentence.</param>
    /// <param name="innerException">The cause, if any.</param>
    public DataFileException(string path, string problem, string remedy, Exception? innerException = null)
        : base($"{path}: {problem}. {remedy}", innerException) => FilePath = path;

    /// <summary>The file or folder.</summary>
    public string FilePath { get; }
}

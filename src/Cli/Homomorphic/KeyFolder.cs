using FastDPMeta.Cli.Commands;

namespace FastDPMeta.Cli.Homomorphic;

/// <summary>Files of homomorphic encryption by their names, written whole or not at all.</summary>
internal static class KeyFolder
{
    internal const string Secret = "secret.key";
    internal const string Public = "public.key";
    internal const string Evaluation = "evaluation.keys";
    internal const string Model = "model.ct";

    /// <summary>The file that holds ciphertext <paramref name="number"/> of a group of tasks.</summary>
    internal static string Ciphertext(string group, int number) => $"{group}-{number:D2}.ct";

    /// <summary>Writes beside, then renames. Secrets are the owner's alone from the first byte.</summary>
    internal static void Write(string path, Action<Stream> save, bool secret = false)
    {
        string partial = path + ".partial";
        FileStreamOptions options = new() { Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = 1 << 16 };
        if (secret && !OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (FileStream stream = new(partial, options))
        {
            save(stream);
        }

        File.Move(partial, path, overwrite: true);
    }

    /// <summary>Reads a file that must be there.</summary>
    internal static T Read<T>(string path, Func<Stream, T> load)
    {
        if (!File.Exists(path))
        {
            throw new CommandException($"he: there is no {path}. Give what the step before made.");
        }

        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        return load(stream);
    }
}

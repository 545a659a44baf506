using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace FastDPMeta.Testing;

/// <summary>What the assembler says of one kernel.</summary>
/// <param name="Name">As in <see cref="GeneratedKernel"/>.</param>
/// <param name="Registers">Of one thread.</param>
/// <param name="StackBytes">Local memory of one thread.</param>
/// <param name="SpillBytes">Of it, stores and loads because registers ran out.</param>
/// <param name="Log">The assembler's own words.</param>
public sealed record AssembledKernel(string Name, int Registers, int StackBytes, int SpillBytes, string Log);

/// <summary>NVIDIA's PTX assembler, where there is one.</summary>
public static partial class PtxAssembler
{
    /// <summary>Its path: from <c>FASTDPMETA_PTXAS</c>, the path, or where a downloaded one usually lies; else null.</summary>
    public static string? Find()
    {
        string? named = Environment.GetEnvironmentVariable("FASTDPMETA_PTXAS");
        IEnumerable<string> folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        IEnumerable<string> candidates = folders.Append("/usr/local/cuda/bin").Append("/var/cache/ptxas/usr/bin").Select(folder => Path.Combine(folder, "ptxas"));
        return (named is null ? candidates : candidates.Prepend(named)).FirstOrDefault(File.Exists);
    }

    /// <summary>Assembles kernels for a chip; throws with the assembler's words where it refuses one.</summary>
    /// <param name="assembler">From <see cref="Find"/>.</param>
    /// <param name="chip">As <c>sm_90</c>.</param>
    /// <param name="kernels">Their PTX.</param>
    public static IReadOnlyList<AssembledKernel> Assemble(string assembler, string chip, IReadOnlyList<GeneratedKernel> kernels)
    {
        string folder = Directory.CreateTempSubdirectory("fastdpmeta-ptx").FullName;
        try
        {
            return [.. kernels.Select(kernel => Assemble(assembler, chip, kernel, Path.Combine(folder, kernel.Name + ".ptx")))];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static AssembledKernel Assemble(string assembler, string chip, GeneratedKernel kernel, string path)
    {
        File.WriteAllText(path, kernel.Text);
        ProcessStartInfo start = new(assembler, ["-arch=" + chip, "-v", path, "-o", path + ".cubin"]) { RedirectStandardError = true, RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string log = process.StandardError.ReadToEnd() + output.Result;
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"ptxas refuses {kernel.Name} ({kernel.Spec}): {log}");
        }

        return new AssembledKernel(
            kernel.Name,
            Number(Registers(), log),
            Number(Stack(), log),
            Number(SpillStores(), log) + Number(SpillLoads(), log),
            log);
    }

    private static int Number(Regex pattern, string log) =>
        pattern.Match(log) is { Success: true } match
            ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"ptxas -v no longer says '{pattern}': {log}");

    [GeneratedRegex(@"Used (\d+) registers")]
    private static partial Regex Registers();

    [GeneratedRegex(@"(\d+) bytes stack frame")]
    private static partial Regex Stack();

    [GeneratedRegex(@"(\d+) bytes spill stores")]
    private static partial Regex SpillStores();

    [GeneratedRegex(@"(\d+) bytes spill loads")]
    private static partial Regex SpillLoads();
}

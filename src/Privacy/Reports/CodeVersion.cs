using System.Reflection;
using FastDPMeta.Engine.Ir;
using FastDPMeta.Kernels;

namespace FastDPMeta.Privacy.Reports;

/// <summary>Which code runs: builds are deterministic, so that the same sources and compiler give the same module identifiers.</summary>
public static class CodeVersion
{
    /// <summary>Version, commit where the build knew it, and the identifiers of the three libraries' modules.</summary>
    public static string Current { get; } = Describe();

    private static string Describe()
    {
        Assembly own = typeof(CodeVersion).Assembly;
        string version = own.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? own.GetName().Version?.ToString() ?? "unknown";
        Assembly[] parts = [typeof(Device).Assembly, typeof(Computation).Assembly, own];
        return $"FastDPMeta {version} ({string.Join(", ", parts.Select(part => $"{part.GetName().Name} {part.ManifestModule.ModuleVersionId:n}"))})";
    }
}

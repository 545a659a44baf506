using System.Reflection;

namespace FastDPMeta.PublicApi.Tests;

/// <summary>The sentences of the architecture: which room may know which.</summary>
public sealed class RoomTests
{
    private static readonly Assembly Kernels = typeof(FastDPMeta.Kernels.Device).Assembly;
    private static readonly Assembly Engine = typeof(FastDPMeta.Engine.Ir.Computation).Assembly;
    private static readonly Assembly Privacy = typeof(FastDPMeta.Privacy.PrivacyPlan).Assembly;

    [Fact]
    public void Kernels_know_neither_derivatives_nor_people() => AssertReferences(Kernels, forbidden: ["FastDPMeta.Engine", "FastDPMeta.Privacy"]);

    [Fact]
    public void Engine_knows_no_epsilon_and_no_ILGPU() => AssertReferences(Engine, forbidden: ["FastDPMeta.Privacy", "ILGPU", "ILGPU.Algorithms"]);

    [Fact]
    public void Privacy_knows_no_ILGPU() => AssertReferences(Privacy, forbidden: ["ILGPU", "ILGPU.Algorithms"]);

    [Fact]
    public void The_libraries_need_no_other_packages_than_the_design_names()
    {
        string[] allowed = ["ILGPU", "ILGPU.Algorithms", "System.Numerics.Tensors", "FastDPMeta.Kernels", "FastDPMeta.Engine"];
        foreach (Assembly room in new[] { Kernels, Engine, Privacy })
        {
            IEnumerable<string> names = room.GetReferencedAssemblies().Select(name => name.Name!);
            Assert.All(names, name => Assert.True(
                allowed.Contains(name) || name.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal) || IsFramework(name), name));
        }
    }

    [Fact]
    public void ILGPU_appears_only_in_the_Gpu_folder()
    {
        BindingFlags all = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        foreach (Type type in Kernels.GetTypes().Where(type => type.Namespace != "FastDPMeta.Kernels.Gpu"))
        {
            IEnumerable<Type> mentioned = type.GetFields(all).Select(field => field.FieldType)
                .Concat(type.GetMethods(all).SelectMany(method => method.GetParameters().Select(parameter => parameter.ParameterType).Append(method.ReturnType)))
                .Concat(type.GetMethods(all).SelectMany(method => method.GetMethodBody()?.LocalVariables.Select(local => local.LocalType) ?? []));
            Assert.DoesNotContain(mentioned, other => other.Namespace?.StartsWith("ILGPU", StringComparison.Ordinal) == true);
        }
    }

    private static void AssertReferences(Assembly room, string[] forbidden) =>
        Assert.Empty(room.GetReferencedAssemblies().Select(name => name.Name).Intersect(forbidden));

    private static bool IsFramework(string name) =>
        File.Exists(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, name + ".dll"));
}

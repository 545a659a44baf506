using System.Reflection;
using System.Reflection.Emit;

namespace FastDPMeta.Kernels.Emit;

/// <summary>
/// Where run-time kernels live: one in-memory assembly that sees this library's internals (<c>InternalsVisibleTo</c> names it).
/// Every kernel is a public static method on a type of its own. Thread-safe.
/// </summary>
/// <remarks>
/// The assembly is collectible because the runtime compiles methods of collectible assemblies with full optimisation at their first call:
/// no tier 0, no on-stack replacement, hence the same machine code in the first step as in the last. It is held for the life of the
/// process, so function pointers into it stay valid.
/// </remarks>
internal static class KernelAssembly
{
    /// <summary>Simple name of the assembly, as <c>InternalsVisibleTo</c> has it.</summary>
    public const string AssemblyName = "FastDPMeta.Kernels.Emitted";

    private static readonly Lock Gate = new();

    private static readonly ModuleBuilder Module =
        AssemblyBuilder.DefineDynamicAssembly(new AssemblyName(AssemblyName), AssemblyBuilderAccess.RunAndCollect).DefineDynamicModule(AssemblyName);

    private static int _count;

    /// <summary>Emits one static method and makes it callable.</summary>
    /// <param name="name">Readable name for profilers and listings, such as <c>loop</c>; a number makes it unique.</param>
    /// <param name="result">Return type.</param>
    /// <param name="parameters">Parameter types.</param>
    /// <param name="emit">Writes the body, <c>ret</c> included. Called once, under the lock: it must not define another method.</param>
    /// <returns>The finished method, ready for <c>CreateDelegate</c>, <c>MethodHandle.GetFunctionPointer</c> or ILGPU.</returns>
    public static MethodInfo Define(string name, Type result, Type[] parameters, Action<ILGenerator> emit)
    {
        lock (Gate)
        {
            // The number goes into the method's name too: ILGPU names the kernel after it, and profilers print it.
            string unique = $"{name}_{_count++}";
            TypeBuilder type = Module.DefineType($"{AssemblyName}.{unique}", TypeAttributes.Public | TypeAttributes.Abstract | TypeAttributes.Sealed);
            MethodBuilder method = type.DefineMethod(unique, MethodAttributes.Public | MethodAttributes.Static, result, parameters);
            emit(method.GetILGenerator());
            return type.CreateType().GetMethod(unique)!;
        }
    }
}

using System.Diagnostics;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.Intrinsics;
using FastDPMeta.Kernels.Scalar;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Kernels.Emit;

/// <summary>
/// Emits the body of a fused loop for any lane type: <c>float</c> (GPUs, scalar fallback) or <c>Vector128/256/512&lt;float&gt;</c>.
/// The lane type only decides which overload of <c>At</c> is called, so every device runs the same program.
/// </summary>
/// <example>
/// A GPU kernel <c>static void Kernel(Index1D i, ArrayView&lt;float&gt; arena, Slots slots)</c>:
/// <code>
/// KernelAssembly.Define("loop", typeof(void), [typeof(Index1D), typeof(ArrayView&lt;float&gt;), typeof(Slots)], il =>
/// {
///     ScalarProgramEmitter.Emit(il, spec.Program, typeof(float),
///         loadInput: input => { /* push arena[address of the input's element], a float */ },
///         storeResult: (result, pushValue) => { /* push the output's address */ pushValue(); il.Emit(OpCodes.Stind_R4); });
///     il.Emit(OpCodes.Ret);
/// });
/// </code>
/// </example>
internal sealed class ScalarProgramEmitter
{
    // Deeper single-use chains are cut by a local, so that neither this recursion nor the evaluation stack grows with the program.
    private const int MaximumDepth = 16;

    // Copies of long bodies in one method, found by looking for calls in the machine code: at 16 logarithms inlining has stopped, at 8 not.
    private const int MaximumInlined = 6;

    private readonly ILGenerator _il;
    private readonly ScalarProgram _program;
    private readonly Type _lane;
    private readonly Action<int> _loadInput;
    private readonly int[] _uses;
    private readonly int[] _depth;
    private readonly LocalBuilder?[] _locals;
    private int _longOps;

    private ScalarProgramEmitter(ILGenerator il, ScalarProgram program, Type lane, Action<int> loadInput)
    {
        _il = il;
        _program = program;
        _lane = lane;
        _loadInput = loadInput;
        _uses = new int[program.Steps.Count];
        _depth = new int[program.Steps.Count];
        _locals = new LocalBuilder?[program.Steps.Count];
    }

    /// <summary>
    /// Emits every step that a result needs, each once: a value used once stays on the evaluation stack, others go to locals.
    /// All inputs are read before the first result is stored, so an output may lie where an input lies.
    /// </summary>
    /// <param name="il">Where to write; the evaluation stack is left as it was found.</param>
    /// <param name="program">The steps.</param>
    /// <param name="lane"><c>float</c>, <c>Vector128&lt;float&gt;</c>, <c>Vector256&lt;float&gt;</c> or <c>Vector512&lt;float&gt;</c>.</param>
    /// <param name="loadInput">Pushes one lane of the input with this number. Called once per <see cref="ScalarStepKind.Input"/> step in use.</param>
    /// <param name="storeResult">
    /// Stores the result with this number. Its second argument pushes the value (call it exactly once), so an address can be pushed before.
    /// Called in the order of the results.
    /// </param>
    public static void Emit(ILGenerator il, ScalarProgram program, Type lane, Action<int> loadInput, Action<int, Action> storeResult)
    {
        ScalarProgramEmitter emitter = new(il, program, lane, loadInput);
        emitter.CountUses();
        emitter.EmitSharedSteps();
        for (int result = 0; result < program.Results.Count; result++)
        {
            int step = program.Results[result];
            storeResult(result, () => emitter.Push(step));
        }
    }

    /// <summary>Pushes a constant as one lane: every element of a vector has the value.</summary>
    /// <param name="il">Where to write.</param>
    /// <param name="lane">The lane type.</param>
    /// <param name="value">The value.</param>
    public static void PushConstant(ILGenerator il, Type lane, float value)
    {
        il.Emit(OpCodes.Ldc_R4, value);
        if (lane != typeof(float))
        {
            il.Emit(OpCodes.Call, BroadcastOf(lane));
        }
    }

    /// <summary>The <c>Create(float)</c> that fills a vector lane with one number.</summary>
    /// <param name="lane">A vector lane type.</param>
    public static MethodInfo BroadcastOf(Type lane)
    {
        Type factory = lane == typeof(Vector128<float>) ? typeof(Vector128)
            : lane == typeof(Vector256<float>) ? typeof(Vector256)
            : lane == typeof(Vector512<float>) ? typeof(Vector512)
            : throw new ArgumentException($"ScalarProgramEmitter: {lane} is not a vector lane; use Vector128, 256 or 512 of float.", nameof(lane));
        return factory.GetMethod("Create", [typeof(float)])!;
    }

    /// <summary>The body of <paramref name="op"/> for a lane type.</summary>
    /// <param name="op">The op.</param>
    /// <param name="lane">The lane type.</param>
    public static MethodInfo BodyOf(ScalarOp op, Type lane)
    {
        Type[] parameters = new Type[op.Arity];
        Array.Fill(parameters, lane);
        return op.Body.GetMethod("At", BindingFlags.Static | BindingFlags.Public, parameters)
            ?? throw new ArgumentException($"ScalarProgramEmitter: {op.Body.Name} has no At for {lane}.", nameof(lane));
    }

    private void CountUses()
    {
        foreach (int result in _program.Results.Span)
        {
            _uses[result]++;
        }

        // Backwards, so that a step nobody uses does not count as a use of its arguments.
        for (int step = _program.Steps.Count - 1; step >= 0; step--)
        {
            if (_uses[step] > 0 && _program.Steps[step].Kind == ScalarStepKind.Apply)
            {
                foreach (int argument in Arguments(_program.Steps[step]))
                {
                    Debug.Assert(argument >= 0 && argument < step, "A step refers to earlier steps only.");
                    _uses[argument]++;
                }
            }
        }
    }

    private void EmitSharedSteps()
    {
        HashSet<int> kept = _program.Results.Count > 1 ? [.. _program.Results] : [];
        for (int step = 0; step < _program.Steps.Count; step++)
        {
            if (_uses[step] == 0 || _program.Steps[step].Kind == ScalarStepKind.Constant)
            {
                continue;
            }

            _depth[step] = 1;
            if (_program.Steps[step].Kind == ScalarStepKind.Apply)
            {
                foreach (int argument in Arguments(_program.Steps[step]))
                {
                    _depth[step] = Math.Max(_depth[step], _depth[argument] + 1);
                }
            }

            if (_uses[step] > 1 || _depth[step] > MaximumDepth || kept.Contains(step))
            {
                LocalBuilder local = _il.DeclareLocal(_lane);
                Push(step);
                _il.Emit(OpCodes.Stloc, local);
                _locals[step] = local;
                _depth[step] = 0;
            }
        }
    }

    private void Push(int index)
    {
        ScalarStep step = _program.Steps[index];
        if (_locals[index] is { } local)
        {
            _il.Emit(OpCodes.Ldloc, local);
        }
        else if (step.Kind == ScalarStepKind.Input)
        {
            _loadInput(step.A);
        }
        else if (step.Kind == ScalarStepKind.Constant)
        {
            PushConstant(_il, _lane, step.Value);
        }
        else
        {
            foreach (int argument in Arguments(step))
            {
                Push(argument);
            }

            _il.Emit(OpCodes.Call, Callee(step.Op!));
        }
    }

    private MethodInfo Callee(ScalarOp op)
    {
        // Only vectors: a GPU's compiler inlines everything.
        bool outlined = op.IsLong && _lane != typeof(float) && ++_longOps > MaximumInlined;
        return outlined ? typeof(Outlined<>).MakeGenericType(op.Body).GetMethod("At", [_lane])! : BodyOf(op, _lane);
    }

    private static int[] Arguments(ScalarStep step) => step.Op!.Arity switch
    {
        1 => [step.A],
        2 => [step.A, step.B],
        _ => [step.A, step.B, step.C],
    };
}

namespace FastDPMeta.Kernels.Scalar;

/// <summary>
/// The scalar functions kernels are made of, one line each; the struct named on the line holds every lane type's formula.
/// </summary>
public sealed class ScalarOp : IEquatable<ScalarOp>
{
    private readonly Delegate _single;
    private readonly Delegate _double;

    private ScalarOp(string name, int arity, Type body, Delegate single, Delegate @double, bool isLong = false)
    {
        Name = name;
        Arity = arity;
        Body = body;
        IsLong = isLong;
        _single = single;
        _double = @double;
    }

    // 1. Of one number
    /// <summary>-x.</summary>
    public static ScalarOp Neg { get; } = Unary<NegScalar>("neg");

    /// <summary>eˣ.</summary>
    public static ScalarOp Exp { get; } = Unary<ExpScalar>("exp", isLong: true);

    /// <summary>Natural logarithm.</summary>
    public static ScalarOp Log { get; } = Unary<LogScalar>("log", isLong: true);

    /// <summary>Square root.</summary>
    public static ScalarOp Sqrt { get; } = Unary<SqrtScalar>("sqrt");

    /// <summary>1/√x.</summary>
    public static ScalarOp Rsqrt { get; } = Unary<RsqrtScalar>("rsqrt");

    /// <summary>Hyperbolic tangent.</summary>
    public static ScalarOp Tanh { get; } = Unary<TanhScalar>("tanh", isLong: true);

    /// <summary>1/(1+e⁻ˣ), without overflow for large |x|.</summary>
    public static ScalarOp Sigmoid { get; } = Unary<SigmoidScalar>("sigmoid", isLong: true);

    /// <summary>The error function, 2/√π·∫₀ˣ e⁻ᵗ²dt.</summary>
    public static ScalarOp Erf { get; } = Unary<ErfScalar>("erf", isLong: true);

    // 2. Of two numbers
    /// <summary>x + y.</summary>
    public static ScalarOp Add { get; } = Binary<AddScalar>("add");

    /// <summary>x - y.</summary>
    public static ScalarOp Sub { get; } = Binary<SubScalar>("sub");

    /// <summary>x·y.</summary>
    public static ScalarOp Mul { get; } = Binary<MulScalar>("mul");

    /// <summary>x/y.</summary>
    public static ScalarOp Div { get; } = Binary<DivScalar>("div");

    /// <summary>The larger; NaN if either is.</summary>
    public static ScalarOp Max { get; } = Binary<MaxScalar>("max");

    /// <summary>The smaller; NaN if either is.</summary>
    public static ScalarOp Min { get; } = Binary<MinScalar>("min");

    /// <summary>1 where x &lt; y, else 0 (also where either is NaN).</summary>
    public static ScalarOp Less { get; } = Binary<LessScalar>("less");

    // 3. Of three numbers
    /// <summary>y where x ≠ 0, else z. The value not chosen may be NaN or infinite.</summary>
    public static ScalarOp Select { get; } = Ternary<SelectScalar>("select");

    /// <summary>Every scalar op.</summary>
    public static IReadOnlyList<ScalarOp> All { get; } =
        [Neg, Exp, Log, Sqrt, Rsqrt, Tanh, Sigmoid, Erf, Add, Sub, Mul, Div, Max, Min, Less, Select];

    /// <summary>The op's name in printed computations.</summary>
    public string Name { get; }

    /// <summary>How many numbers it takes: 1 to 3.</summary>
    public int Arity { get; }

    /// <summary>The struct with one static <c>At</c> per lane type; the emitter calls it.</summary>
    internal Type Body { get; }

    /// <summary>Whether its vector form is dozens of instructions, so that many copies of it in one kernel are too much for the compiler.</summary>
    internal bool IsLong { get; }

    /// <summary>Single precision, one number at a time.</summary>
    /// <param name="x">First argument.</param>
    /// <param name="y">Second argument, ignored by unary ops.</param>
    /// <param name="z">Third argument, ignored by unary and binary ops.</param>
    public float At(float x, float y = 0, float z = 0) => Arity switch
    {
        1 => ((Func<float, float>)_single)(x),
        2 => ((Func<float, float, float>)_single)(x, y),
        _ => ((Func<float, float, float, float>)_single)(x, y, z),
    };

    /// <summary>Double precision, one number at a time.</summary>
    /// <param name="x">First argument.</param>
    /// <param name="y">Second argument, ignored by unary ops.</param>
    /// <param name="z">Third argument, ignored by unary and binary ops.</param>
    public double At(double x, double y = 0, double z = 0) => Arity switch
    {
        1 => ((Func<double, double>)_double)(x),
        2 => ((Func<double, double, double>)_double)(x, y),
        _ => ((Func<double, double, double, double>)_double)(x, y, z),
    };

    /// <inheritdoc/>
    public bool Equals(ScalarOp? other) => ReferenceEquals(this, other);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => ReferenceEquals(this, obj);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Name);

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static ScalarOp Unary<T>(string name, bool isLong = false)
        where T : struct, IUnaryScalar<T> =>
        new(name, 1, typeof(T), new Func<float, float>(T.At), new Func<double, double>(T.At), isLong);

    private static ScalarOp Binary<T>(string name)
        where T : struct, IBinaryScalar<T> =>
        new(name, 2, typeof(T), new Func<float, float, float>(T.At), new Func<double, double, double>(T.At));

    private static ScalarOp Ternary<T>(string name)
        where T : struct, ITernaryScalar<T> =>
        new(name, 3, typeof(T), new Func<float, float, float, float>(T.At), new Func<double, double, double, double>(T.At));
}

namespace FastDPMeta.Kernels.Ntt;

/// <inheritdoc/>
/// <typeparam name="TLane">The operations.</typeparam>
/// <typeparam name="TVector">The vector.</typeparam>
internal sealed unsafe class ResidueKernels<TLane, TVector> : ResidueKernels
    where TLane : struct, IResidueLane<TVector>
    where TVector : unmanaged
{
    /// <inheritdoc/>
    public override int Lanes => TLane.Count;

    /// <inheritdoc/>
    public override void Forward(Span<double> x, NttTables tables)
    {
        Check(x, tables);
        fixed (double* values = x, factors = tables.Forward.Span, tail = tables.ForwardTail.Span)
        {
            NttForward<TLane, TVector>.Run(values, factors, tail, tables);
        }
    }

    /// <inheritdoc/>
    public override void Inverse(Span<double> x, NttTables tables)
    {
        Check(x, tables);
        fixed (double* values = x, factors = tables.Inverse.Span, tail = tables.InverseTail.Span)
        {
            NttInverse<TLane, TVector>.Run(values, factors, tail, tables);
        }
    }

    /// <inheritdoc/>
    public override void Add(Span<double> result, ReadOnlySpan<double> x, ReadOnlySpan<double> y, PrimeModulus modulus) =>
        Combine<Sum>(result, x, y, default, modulus);

    /// <inheritdoc/>
    public override void Subtract(Span<double> result, ReadOnlySpan<double> x, ReadOnlySpan<double> y, PrimeModulus modulus) =>
        Combine<Difference>(result, x, y, default, modulus);

    /// <inheritdoc/>
    public override void Multiply(Span<double> result, ReadOnlySpan<double> x, ReadOnlySpan<double> y, PrimeModulus modulus) =>
        Combine<Product>(result, x, y, default, modulus);

    /// <inheritdoc/>
    public override void MultiplyAdd(Span<double> result, ReadOnlySpan<double> x, ReadOnlySpan<double> y, PrimeModulus modulus) =>
        Combine<ProductSum>(result, x, y, default, modulus);

    /// <inheritdoc/>
    public override void Multiply(Span<double> result, ReadOnlySpan<double> x, double factor, PrimeModulus modulus) =>
        Combine<ScaledValue>(result, x, x, factor, modulus);

    /// <inheritdoc/>
    public override void MultiplyAdd(Span<double> result, ReadOnlySpan<double> x, double factor, PrimeModulus modulus) =>
        Combine<ScaledSum>(result, x, x, factor, modulus);

    /// <inheritdoc/>
    public override void SubtractMultiply(Span<double> result, ReadOnlySpan<double> x, ReadOnlySpan<double> y, double factor, PrimeModulus modulus) =>
        Combine<ScaledDifference>(result, x, y, factor, modulus);

    /// <inheritdoc/>
    public override void Reduce(Span<double> result, ReadOnlySpan<double> x, PrimeModulus modulus) =>
        Combine<Rest>(result, x, x, default, modulus);

    /// <inheritdoc/>
    public override void AccumulateReal(Span<double> sum, ReadOnlySpan<double> x, double factor)
    {
        Check(sum.Length, x.Length, x.Length);
        fixed (double* r = sum, a = x)
        {
            TVector f = TLane.Create(factor);
            for (int i = 0; i < sum.Length; i += TLane.Count)
            {
                TLane.Store(TLane.MultiplyAdd(TLane.Load(a + i), f, TLane.Load(r + i)), r + i);
            }
        }
    }

    /// <inheritdoc/>
    public override void Round(Span<double> x)
    {
        Check(x.Length, x.Length, x.Length);
        fixed (double* r = x)
        {
            for (int i = 0; i < x.Length; i += TLane.Count)
            {
                TLane.Store(TLane.Round(TLane.Load(r + i)), r + i);
            }
        }
    }

    /// <summary>One loop for all operations. Remainder: none, lengths are multiples of eight.</summary>
    private static void Combine<TOperation>(Span<double> result, ReadOnlySpan<double> x, ReadOnlySpan<double> y, double factor, PrimeModulus modulus)
        where TOperation : struct, IOperation
    {
        Check(result.Length, x.Length, y.Length);
        fixed (double* r = result, a = x, b = y)
        {
            TVector f = TLane.Create(factor);
            TVector minus = TLane.Create(-modulus.Prime);
            TVector reciprocal = TLane.Create(modulus.Reciprocal);
            for (int i = 0; i < result.Length; i += TLane.Count)
            {
                TLane.Store(TOperation.Apply(r + i, TLane.Load(a + i), b + i, f, minus, reciprocal), r + i);
            }
        }
    }

    private static void Check(ReadOnlySpan<double> x, NttTables tables)
    {
        if (x.Length != tables.Degree || tables.Lanes != TLane.Count)
        {
            throw new ArgumentException($"Ntt: the tables are for {tables.Degree} values and {tables.Lanes} lanes; got {x.Length} and {TLane.Count}.");
        }
    }

    private static void Check(int result, int x, int y)
    {
        if (result != x || result != y || result % 8 != 0)
        {
            throw new ArgumentException($"ResidueKernels: lengths must be equal multiples of 8; got {result}, {x} and {y}.");
        }
    }

    /// <summary>One element-wise operation; what it does not use is not loaded.</summary>
    private interface IOperation
    {
        static abstract TVector Apply(double* result, TVector x, double* y, TVector factor, TVector minus, TVector reciprocal);
    }

    private readonly struct Sum : IOperation
    {
        public static TVector Apply(double* result, TVector x, double* y, TVector factor, TVector minus, TVector reciprocal) =>
            ResidueMath<TLane, TVector>.Reduce(TLane.Add(x, TLane.Load(y)), minus, reciprocal);
    }

    private readonly struct Difference : IOperation
    {
        public static TVector Apply(double* result, TVector x, double* y, TVector factor, TVector minus, TVector reciprocal) =>
            ResidueMath<TLane, TVector>.Reduce(TLane.Subtract(x, TLane.Load(y)), minus, reciprocal);
    }

    private readonly struct Product : IOperation
    {
        public static TVector Apply(double* result, TVector x, double* y, TVector factor, TVector minus, TVector reciprocal) =>
            ResidueMath<TLane, TVector>.Multiply(x, TLane.Load(y), minus, reciprocal);
    }

    private readonly struct ProductSum : IOperation
    {
        public static TVector Apply(double* result, TVector x, double* y, TVector factor, TVector minus, TVector reciprocal) =>
            ResidueMath<TLane, TVector>.Reduce(
                TLane.Add(TLane.Load(result), ResidueMath<TLane, TVector>.Multiply(x, TLane.Load(y), minus, reciprocal)), minus, reciprocal);
    }

    private readonly struct ScaledValue : IOperation
    {
        public static TVector Apply(double* result, TVector x, double* y, TVector factor, TVector minus, TVector reciprocal) =>
            ResidueMath<TLane, TVector>.Reduce(ResidueMath<TLane, TVector>.Multiply(x, factor, minus, reciprocal), minus, reciprocal);
    }

    private readonly struct ScaledSum : IOperation
    {
        public static TVector Apply(double* result, TVector x, double* y, TVector factor, TVector minus, TVector reciprocal) =>
            ResidueMath<TLane, TVector>.Reduce(
                TLane.Add(TLane.Load(result), ResidueMath<TLane, TVector>.Multiply(x, factor, minus, reciprocal)), minus, reciprocal);
    }

    private readonly struct ScaledDifference : IOperation
    {
        public static TVector Apply(double* result, TVector x, double* y, TVector factor, TVector minus, TVector reciprocal) =>
            ResidueMath<TLane, TVector>.Multiply(TLane.Subtract(x, TLane.Load(y)), factor, minus, reciprocal);
    }

    private readonly struct Rest : IOperation
    {
        public static TVector Apply(double* result, TVector x, double* y, TVector factor, TVector minus, TVector reciprocal) =>
            ResidueMath<TLane, TVector>.Reduce(x, minus, reciprocal);
    }
}

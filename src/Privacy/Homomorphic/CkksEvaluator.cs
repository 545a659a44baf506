using System.Globalization;
using FastDPMeta.Kernels.Ntt;

namespace FastDPMeta.Privacy.Homomorphic;

/// <summary>
/// Computes on ciphertexts without any secret. Results carry level, scale, and bounds on size and error. What does not fit together is refused by a
/// <see cref="CkksException"/> that says how to make it fit.
/// Safe for several threads.
/// </summary>
/// <param name="keys">The evaluation keys of the ciphertexts' owner.</param>
public sealed class CkksEvaluator(CkksEvaluationKeys keys)
{
    /// <summary>Scales further apart than this, relatively, do not add: the sum would be wrong by as much.</summary>
    public const double ScaleTolerance = 1.0 / (1L << 32);

    private readonly CkksContext _context = keys.Parameters.Context;

    /// <summary>What the keys are for.</summary>
    public CkksParameters Parameters => keys.Parameters;

    /// <summary>The prime that rescaling at <paramref name="level"/> divides by. A factor encoded at this scale leaves the scale as it was.</summary>
    /// <param name="level">1 to <see cref="CkksParameters.Levels"/>.</param>
    public double RescalingPrime(int level) => level >= 1 && level <= Parameters.Levels
        ? _context.Prime(level).Prime
        : throw new ArgumentOutOfRangeException(nameof(level), string.Create(CultureInfo.InvariantCulture, $"RescalingPrime: level must lie in [1, {Parameters.Levels}]; got {level}."));

    /// <summary>x + y, slot by slot.</summary>
    /// <exception cref="CkksException">Levels, scales, keys or parameters differ.</exception>
    public CkksCiphertext Add(CkksCiphertext x, CkksCiphertext y)
    {
        CheckSum(nameof(Add), x, y);
        return Combine(x, y, _context.Kernels.Add, negated: false);
    }

    /// <summary>x - y, slot by slot.</summary>
    /// <exception cref="CkksException">Levels, scales, keys or parameters differ.</exception>
    public CkksCiphertext Subtract(CkksCiphertext x, CkksCiphertext y)
    {
        CheckSum(nameof(Subtract), x, y);
        return Combine(x, y, _context.Kernels.Subtract, negated: true);
    }

    /// <summary>x + y with y in the clear.</summary>
    /// <exception cref="CkksException">Levels, scales or parameters differ.</exception>
    public CkksCiphertext Add(CkksCiphertext x, CkksPlaintext y) => AddPlain(nameof(Add), x, y, _context.Kernels.Add);

    /// <summary>x - y with y in the clear.</summary>
    /// <exception cref="CkksException">Levels, scales or parameters differ.</exception>
    public CkksCiphertext Subtract(CkksCiphertext x, CkksPlaintext y) => AddPlain(nameof(Subtract), x, y, _context.Kernels.Subtract);

    /// <summary>x·y with y in the clear; the scales multiply. Rescale afterwards.</summary>
    /// <exception cref="CkksException">Levels or parameters differ, or the product's scale leaves the modulus.</exception>
    public CkksCiphertext Multiply(CkksCiphertext x, CkksPlaintext y)
    {
        Check(nameof(Multiply), x);
        Require.Same(nameof(Multiply), Parameters, y.Parameters);
        CheckLevels(nameof(Multiply), x.Level, y.Level);
        CheckRoom(nameof(Multiply), x.Scale * y.Scale, x.Magnitude * y.Magnitude, x.Level);
        RnsPolynomial[] parts = Array.ConvertAll(x.Parts, part => Each(part.Limbs, (result, i) => _context.Kernels.Multiply(result.Limb(i), part.Limb(i), y.Values.Limb(i), _context.Prime(i))));
        return x.With(parts, x.Scale * y.Scale, x.Magnitude * y.Magnitude, ProductDeviation(x.Magnitude, x.Scale, x.Deviation, y.Magnitude, y.Scale, y.Deviation));
    }

    /// <summary>x times one real number in every slot; the scales multiply. Cheaper than by a plaintext.</summary>
    /// <param name="x">The ciphertext.</param>
    /// <param name="factor">Any finite number.</param>
    /// <param name="scale">The factor's scale; null for <see cref="RescalingPrime"/>, which leaves the scale as it was after rescaling.</param>
    /// <exception cref="CkksException">No level is left, or the scale leaves the modulus.</exception>
    public CkksCiphertext Multiply(CkksCiphertext x, double factor, double? scale = null)
    {
        Check(nameof(Multiply), x);
        CheckLevelLeft(nameof(Multiply), x);
        double by = scale ?? RescalingPrime(x.Level);
        double whole = Math.Round(factor * by);
        double size = Math.Abs(factor);
        if (!double.IsFinite(factor) || by < 1 || Math.Abs(whole) > Math.ScaleB(1, 84))
        {
            throw new ArgumentOutOfRangeException(nameof(factor), string.Create(CultureInfo.InvariantCulture, $"Multiply: factor·scale must be finite and at most 2^84, and scale at least 1; got {factor} and {by}."));
        }

        CheckRoom(nameof(Multiply), x.Scale * by, x.Magnitude * size, x.Level);
        RnsPolynomial[] parts = Array.ConvertAll(x.Parts, part => Each(part.Limbs, (result, i) =>
            _context.Kernels.Multiply(result.Limb(i), part.Limb(i), _context.Prime(i).Reduce(whole), _context.Prime(i))));
        return x.With(parts, x.Scale * by, x.Magnitude * size, ProductDeviation(x.Magnitude, x.Scale, x.Deviation, size, by, 0.5));
    }

    /// <summary>x·y, slot by slot, relinearised; the scales multiply. Rescale afterwards.</summary>
    /// <exception cref="CkksException">Levels, keys or parameters differ, or the product's scale leaves the modulus.</exception>
    public CkksCiphertext Multiply(CkksCiphertext x, CkksCiphertext y) => Relinearise(MultiplyLazily(x, y));

    /// <summary>x·y with three parts: sums of such products need one <see cref="Relinearise"/> together.</summary>
    /// <exception cref="CkksException">Levels, keys or parameters differ, a factor has three parts, or the product's scale leaves the modulus.</exception>
    public CkksCiphertext MultiplyLazily(CkksCiphertext x, CkksCiphertext y)
    {
        Check(nameof(Multiply), x, twoParts: true);
        Check(nameof(Multiply), y, twoParts: true);
        CheckLevels(nameof(Multiply), x.Level, y.Level);
        CheckRoom(nameof(Multiply), x.Scale * y.Scale, x.Magnitude * y.Magnitude, x.Level);
        ResidueKernels kernels = _context.Kernels;
        RnsPolynomial Product(int a, int b) => Each(x.Level + 1, (result, i) => kernels.Multiply(result.Limb(i), x.Parts[a].Limb(i), y.Parts[b].Limb(i), _context.Prime(i)));
        RnsPolynomial middle = Product(0, 1);
        for (int i = 0; i <= x.Level; i++)
        {
            kernels.MultiplyAdd(middle.Limb(i), x.Parts[1].Limb(i), y.Parts[0].Limb(i), _context.Prime(i));
        }

        return x.With(
            [Product(0, 0), middle, Product(1, 1)], x.Scale * y.Scale, x.Magnitude * y.Magnitude, ProductDeviation(x.Magnitude, x.Scale, x.Deviation, y.Magnitude, y.Scale, y.Deviation));
    }

    /// <summary>Back to two parts.</summary>
    /// <exception cref="CkksException">Keys or parameters differ.</exception>
    public CkksCiphertext Relinearise(CkksCiphertext x)
    {
        Check(nameof(Relinearise), x);
        if (!x.NeedsRelinearisation)
        {
            return x;
        }

        (RnsPolynomial first, RnsPolynomial second) = KeySwitching.Apply(_context, x.Parts[2], keys.Relinearisation);
        AddTo(first, x.Parts[0]);
        AddTo(second, x.Parts[1]);
        return x.With([first, second], x.Scale, x.Magnitude, x.Deviation + _context.Noise.KeySwitch(x.Level));
    }

    /// <summary>Divides by the level's prime and drops it: one level less, and a product's scale is near one factor's again.</summary>
    /// <exception cref="CkksException">No level is left.</exception>
    public CkksCiphertext Rescale(CkksCiphertext x)
    {
        Check(nameof(Rescale), x);
        CheckLevelLeft(nameof(Rescale), x);
        int level = x.Level;
        double prime = _context.Prime(level).Prime;
        RnsPolynomial[] parts = Array.ConvertAll(x.Parts, part => DropPrime(part, level));
        double rounding = x.NeedsRelinearisation ? _context.Noise.RoundingOfThree : _context.Noise.Rounding;
        return x.With(parts, x.Scale / prime, x.Magnitude, (x.Deviation / prime) + rounding);
    }

    /// <summary>The same slots at the same scale at a lower level: to add to or multiply with a ciphertext that was rescaled more often.</summary>
    /// <exception cref="CkksException">The level is above the ciphertext's.</exception>
    public CkksCiphertext DropTo(CkksCiphertext x, int level)
    {
        Check(nameof(DropTo), x);
        if (level < 0 || level > x.Level)
        {
            throw new CkksException(string.Create(CultureInfo.InvariantCulture, $"DropTo: level must lie in [0, {x.Level}], the ciphertext's; got {level}. Levels only go down."));
        }

        return level == x.Level ? x : x.With(Array.ConvertAll(x.Parts, part => part.Copy(level + 1)), x.Scale, x.Magnitude, x.Deviation);
    }

    /// <summary>Slot j gets what was in slot j + <paramref name="steps"/>, cyclically.</summary>
    /// <exception cref="CkksException">There is no key for these steps, or the ciphertext has three parts.</exception>
    public CkksCiphertext Rotate(CkksCiphertext x, int steps) => Automorphism(nameof(Rotate), x, _context.RotationElement(steps), null);

    /// <summary>The complex conjugate of every slot.</summary>
    /// <exception cref="CkksException">There is no key for it, or the ciphertext has three parts.</exception>
    public CkksCiphertext Conjugate(CkksCiphertext x) => Automorphism(nameof(Conjugate), x, _context.ConjugationElement, null);

    /// <summary>
    /// Several rotations of one ciphertext, which share the most expensive part (hoisting). The results are those of <see cref="Rotate"/> up to the error.
    /// </summary>
    /// <exception cref="CkksException">There is no key for some steps, or the ciphertext has three parts.</exception>
    public CkksCiphertext[] RotateMany(CkksCiphertext x, ReadOnlySpan<int> steps)
    {
        Check(nameof(Rotate), x, twoParts: true);
        RnsPolynomial[] digits = KeySwitching.Decompose(_context, x.Parts[1]);
        CkksCiphertext[] results = new CkksCiphertext[steps.Length];
        for (int i = 0; i < steps.Length; i++)
        {
            results[i] = Automorphism(nameof(Rotate), x, _context.RotationElement(steps[i]), digits);
        }

        return results;
    }

    private CkksCiphertext Automorphism(string operation, CkksCiphertext x, int element, RnsPolynomial[]? digits)
    {
        Check(operation, x, twoParts: true);
        if (element == 1)
        {
            return x;
        }

        if (!keys.Galois.TryGetValue(element, out SwitchingKey? key))
        {
            throw new CkksException($"{operation}: there is no key for these steps (automorphism X^{element}). Name the steps when the evaluation keys are created.");
        }

        RnsPolynomial Image(RnsPolynomial part) => Each(part.Limbs, (result, i) => _context.Automorphism(result.Limb(i), part.Limb(i), element));
        (RnsPolynomial first, RnsPolynomial second) = digits is null
            ? KeySwitching.Apply(_context, Image(x.Parts[1]), key)
            : KeySwitching.Apply(_context, digits, key, element);
        AddTo(first, Image(x.Parts[0]));
        return x.With([first, second], x.Scale, x.Magnitude, x.Deviation + _context.Noise.KeySwitch(x.Level));
    }

    private delegate void Elementwise(Span<double> result, ReadOnlySpan<double> x, ReadOnlySpan<double> y, PrimeModulus modulus);

    private CkksCiphertext Combine(CkksCiphertext x, CkksCiphertext y, Elementwise operation, bool negated)
    {
        RnsPolynomial[] parts = new RnsPolynomial[Math.Max(x.Parts.Length, y.Parts.Length)];
        for (int part = 0; part < parts.Length; part++)
        {
            RnsPolynomial? a = part < x.Parts.Length ? x.Parts[part] : null;
            RnsPolynomial? b = part < y.Parts.Length ? y.Parts[part] : null;
            parts[part] = Each(x.Level + 1, (result, i) =>
            {
                if (a is null || b is null)
                {
                    (a ?? b)!.Limb(i).CopyTo(result.Limb(i));
                    if (a is null && negated)
                    {
                        _context.Kernels.Multiply(result.Limb(i), result.Limb(i), -1, _context.Prime(i));
                    }
                }
                else
                {
                    operation(result.Limb(i), a.Limb(i), b.Limb(i), _context.Prime(i));
                }
            });
        }

        double apart = Math.Abs((x.Scale / y.Scale) - 1) * y.Magnitude * y.Scale;
        return x.With(parts, x.Scale, x.Magnitude + y.Magnitude, x.Deviation + y.Deviation + apart);
    }

    private CkksCiphertext AddPlain(string operation, CkksCiphertext x, CkksPlaintext y, Elementwise apply)
    {
        Check(operation, x);
        Require.Same(operation, Parameters, y.Parameters);
        CheckLevels(operation, x.Level, y.Level);
        CheckScales(operation, x.Scale, y.Scale);
        RnsPolynomial[] parts = [.. x.Parts];
        parts[0] = Each(x.Level + 1, (result, i) => apply(result.Limb(i), x.Parts[0].Limb(i), y.Values.Limb(i), _context.Prime(i)));
        double apart = Math.Abs((x.Scale / y.Scale) - 1) * y.Magnitude * y.Scale;
        return x.With(parts, x.Scale, x.Magnitude + y.Magnitude, x.Deviation + y.Deviation + apart);
    }

    /// <summary>(x - (x mod q))/q for the last prime q, with the centred remainder: division to nearest.</summary>
    private RnsPolynomial DropPrime(RnsPolynomial part, int level)
    {
        RnsPolynomial last = _context.RentLimb();
        RnsPolynomial limb = _context.RentLimb();
        part.Limb(level).CopyTo(last.Limb(0));
        _context.Inverse(last.Limb(0), level);
        RnsPolynomial dropped = Each(level, (result, i) =>
        {
            PrimeModulus prime = _context.Prime(i);
            _context.Kernels.Reduce(limb.Limb(0), last.Limb(0), prime);
            _context.Forward(limb.Limb(0), i);
            double inverse = prime.Reduce(prime.Invert(prime.Reduce(_context.Prime(level).Prime)));
            _context.Kernels.SubtractMultiply(result.Limb(i), part.Limb(i), limb.Limb(0), inverse, prime);
        });
        _context.Return(last);
        _context.Return(limb);
        return dropped;
    }

    private RnsPolynomial Each(int limbs, Action<RnsPolynomial, int> fill)
    {
        RnsPolynomial result = _context.NewPolynomial(limbs);
        for (int i = 0; i < limbs; i++)
        {
            fill(result, i);
        }

        return result;
    }

    private void AddTo(RnsPolynomial sum, RnsPolynomial x)
    {
        for (int i = 0; i < sum.Limbs; i++)
        {
            _context.Kernels.Add(sum.Limb(i), sum.Limb(i), x.Limb(i), _context.Prime(i));
        }
    }

    private static double ProductDeviation(double xMagnitude, double xScale, double xDeviation, double yMagnitude, double yScale, double yDeviation) =>
        (xDeviation * yMagnitude * yScale) + (yDeviation * xMagnitude * xScale) + (NoiseModel.Deviations * xDeviation * yDeviation);

    private void Check(string operation, CkksCiphertext x, bool twoParts = false)
    {
        Require.Same(operation, Parameters, x.Parameters);
        Require.Key(operation, keys.Id, x.Key);
        if (twoParts && x.NeedsRelinearisation)
        {
            throw new CkksException($"{operation}: the ciphertext is a product that was not relinearised. Call Relinearise first.");
        }
    }

    private void CheckSum(string operation, CkksCiphertext x, CkksCiphertext y)
    {
        Check(operation, x);
        Check(operation, y);
        CheckLevels(operation, x.Level, y.Level);
        CheckScales(operation, x.Scale, y.Scale);
    }

    private static void CheckLevels(string operation, int x, int y)
    {
        if (x != y)
        {
            throw new CkksException(string.Create(CultureInfo.InvariantCulture, $"{operation}: the levels differ: {x} and {y}. Bring the higher one down by DropTo({Math.Min(x, y)})."));
        }
    }

    private static void CheckScales(string operation, double x, double y)
    {
        if (Math.Abs((x / y) - 1) > ScaleTolerance)
        {
            throw new CkksException(string.Create(
                CultureInfo.InvariantCulture,
                $"{operation}: the scales differ: {x:R} and {y:R}. Rescale products, and encode factors at RescalingPrime(level) so that scales stay as they were."));
        }
    }

    private static void CheckLevelLeft(string operation, CkksCiphertext x)
    {
        if (x.Level == 0)
        {
            throw new CkksException($"{operation}: no level is left. Use parameters with more levels, or let the key's holder encrypt the result afresh.");
        }
    }

    private void CheckRoom(string operation, double scale, double magnitude, int level)
    {
        double bits = 0;
        for (int i = 0; i <= level; i++)
        {
            bits += Math.Log2(_context.Prime(i).Prime);
        }

        if (Math.Log2(scale) + Math.Max(0, Math.Log2(magnitude)) >= bits - 1)
        {
            throw new CkksException(string.Create(
                CultureInfo.InvariantCulture,
                $"{operation}: slots up to {magnitude:G3} at scale 2^{Math.Log2(scale):F1} do not fit the {bits:F1} bits of level {level}. Rescale before, multiply at a higher level, or state tighter magnitudes."));
        }
    }
}

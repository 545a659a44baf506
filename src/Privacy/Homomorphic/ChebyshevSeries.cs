using System.Globalization;

namespace FastDPMeta.Privacy.Homomorphic;

/// <summary>
/// A polynomial Σ c_k·T_k(u) with u = (2x - a - b)/(b - a) on a declared interval [a, b]: small coefficients and stable sums, where powers of x have
/// neither. Evaluated on ciphertexts by Paterson and Stockmeyer's scheme
/// (1973; in this basis, Chen, Chillotti, Song 2019): about √(2·degree) products and log₂ degree levels.
/// </summary>
public sealed class ChebyshevSeries
{
    private readonly double[] _coefficients;

    /// <summary>A series.</summary>
    /// <param name="coefficients">c_0 … c_degree; at least two and at most 128.</param>
    /// <param name="from">a.</param>
    /// <param name="to">b, above a.</param>
    /// <exception cref="ArgumentException">Out of range.</exception>
    public ChebyshevSeries(ReadOnlySpan<double> coefficients, double from, double to)
    {
        _coefficients = coefficients.ToArray();
        (From, To) = (from, to);
        new ArgumentErrors("ChebyshevSeries")
            .Require(_coefficients.Length is >= 2 and <= 128, nameof(coefficients), _coefficients.Length, "must be 2 to 128", "Give the coefficients of degrees 0, 1, ….")
            .Require(Array.TrueForAll(_coefficients, double.IsFinite), nameof(coefficients), "other", "must be finite", "Check the function.")
            .Require(from < to && double.IsFinite(from) && double.IsFinite(to), nameof(to), to, "must be finite and above from", "Give the interval that holds every input.")
            .Throw();
    }

    /// <summary>Left end of the interval.</summary>
    public double From { get; }

    /// <summary>Right end.</summary>
    public double To { get; }

    /// <summary>The highest degree.</summary>
    public int Degree => _coefficients.Length - 1;

    /// <summary>
    /// Levels that <see cref="Evaluate(CkksEvaluator, CkksCiphertext)"/> takes: one for u, one for each doubling of the degree of a T_k, one for the
    /// coefficients.
    /// </summary>
    public int Levels => 2 + Depth(Degree);

    /// <summary>The series that agrees with a function at the Chebyshev points of the interval.</summary>
    /// <param name="function">Finite on the interval.</param>
    /// <param name="degree">1 to 127.</param>
    /// <param name="from">a.</param>
    /// <param name="to">b, above a.</param>
    /// <exception cref="ArgumentException">Out of range.</exception>
    public static ChebyshevSeries Interpolate(Func<double, double> function, int degree, double from, double to)
    {
        ArgumentNullException.ThrowIfNull(function);
        new ArgumentErrors("ChebyshevSeries.Interpolate").Require(degree is >= 1 and <= 127, nameof(degree), degree, "must lie in [1, 127]", "3 to 15 is usual.").Throw();
        double[] coefficients = new double[degree + 1];
        for (int k = 0; k <= degree; k++)
        {
            for (int point = 0; point <= degree; point++)
            {
                double angle = Math.PI * (point + 0.5) / (degree + 1);
                double value = function((((to - from) * Math.Cos(angle)) + to + from) / 2);
                coefficients[k] += value * Math.Cos(k * angle) * (k == 0 ? 1 : 2) / (degree + 1);
            }
        }

        return new ChebyshevSeries(coefficients, from, to);
    }

    /// <summary>On a plain number, by Clenshaw's recurrence.</summary>
    /// <param name="x">In the interval.</param>
    public double Evaluate(double x)
    {
        double u = ((2 * x) - From - To) / (To - From);
        double next = 0;
        double afterNext = 0;
        for (int k = Degree; k > 0; k--)
        {
            (next, afterNext) = (_coefficients[k] + (2 * u * next) - afterNext, next);
        }

        return _coefficients[0] + (u * next) - afterNext;
    }

    /// <summary>On every slot; <see cref="Levels"/> less, at the same scale.</summary>
    /// <param name="evaluator">The server's.</param>
    /// <param name="x">Real slots, all in the interval: outside of it the series grows without bound, and nothing warns.</param>
    /// <exception cref="CkksException">The levels do not suffice, or parameters do not fit.</exception>
    public CkksCiphertext Evaluate(CkksEvaluator evaluator, CkksCiphertext x)
    {
        ArgumentNullException.ThrowIfNull(evaluator);
        ArgumentNullException.ThrowIfNull(x);
        if (x.Level < Levels)
        {
            throw new CkksException(string.Create(CultureInfo.InvariantCulture, $"ChebyshevSeries.Evaluate: degree {Degree} takes {Levels} levels and the ciphertext has {x.Level}. Use a lower degree or more levels."));
        }

        return new ChebyshevEvaluation(evaluator, x, From, To, Degree).Sum(_coefficients, x.Level - Levels, x.Scale);
    }

    /// <summary>Doublings that reach a degree.</summary>
    internal static int Depth(int degree)
    {
        int depth = 0;
        for (int reach = 1; reach < degree; reach *= 2)
        {
            depth++;
        }

        return depth;
    }
}

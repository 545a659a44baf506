namespace FastDPMeta.Privacy.Homomorphic;

/// <summary>
/// One evaluation of a Chebyshev series: the T_k that it needs, and sums split as p = q·T_m + r. Every sum is made for one level and scale: factors are
/// brought to what the following rescaling divides by, so that
/// all parts of a sum meet exactly.
/// </summary>
internal sealed class ChebyshevEvaluation
{
    private readonly CkksEvaluator _evaluator;
    private readonly Dictionary<int, CkksCiphertext> _polynomials = [];
    private readonly int _baby;

    public ChebyshevEvaluation(CkksEvaluator evaluator, CkksCiphertext x, double from, double to, int degree)
    {
        _evaluator = evaluator;
        CkksCiphertext stretched = evaluator.Rescale(evaluator.Multiply(x, 2 / (to - from)));
        double[] shift = new double[evaluator.Parameters.Slots];
        Array.Fill(shift, (to + from) / (to - from));
        _polynomials[1] = evaluator.Subtract(stretched, CkksEncoder.Encode(evaluator.Parameters, shift, stretched.Level, stretched.Scale)).StateMagnitude(1);
        _baby = 1;
        while (2 * _baby * _baby <= degree)
        {
            _baby *= 2;
        }
    }

    /// <summary>Σ c_k·T_k at a level and scale.</summary>
    public CkksCiphertext Sum(ReadOnlySpan<double> coefficients, int level, double scale)
    {
        int degree = coefficients.Length - 1;
        if (degree <= _baby)
        {
            return Short(coefficients, level, scale);
        }

        int split = _baby;
        while (2 * split <= degree)
        {
            split *= 2;
        }

        // T_{m+k} = 2·T_m·T_k - T_{m-k}: what stands at m + k goes to the quotient at k, twice, and is taken from the remainder at m - k.
        double[] quotient = new double[degree - split + 1];
        double[] rest = coefficients[..split].ToArray();
        quotient[0] = coefficients[split];
        for (int k = 1; k <= degree - split; k++)
        {
            quotient[k] = 2 * coefficients[split + k];
            rest[split - k] -= coefficients[split + k];
        }

        CkksCiphertext giant = _evaluator.DropTo(Polynomial(split), level + 1);
        double factorScale = scale * _evaluator.RescalingPrime(level + 1) / giant.Scale;
        CkksCiphertext factor = Sum(quotient, level + 1, factorScale);
        CkksCiphertext product = _evaluator.Rescale(_evaluator.Multiply(giant, factor));
        return _evaluator.Add(product, Sum(rest, level, scale));
    }

    /// <summary>A sum of so low a degree that every T_k stands ready.</summary>
    private CkksCiphertext Short(ReadOnlySpan<double> coefficients, int level, double scale)
    {
        double prime = _evaluator.RescalingPrime(level + 1);
        CkksCiphertext? sum = null;
        for (int k = 1; k < Math.Max(2, coefficients.Length); k++)
        {
            CkksCiphertext t = _evaluator.DropTo(Polynomial(k), level + 1);
            CkksCiphertext term = _evaluator.Multiply(t, k < coefficients.Length ? coefficients[k] : 0, scale * prime / t.Scale);
            sum = sum is null ? term : _evaluator.Add(sum, term);
        }

        CkksCiphertext rescaled = _evaluator.Rescale(sum!);
        double[] constant = new double[_evaluator.Parameters.Slots];
        Array.Fill(constant, coefficients[0]);
        return _evaluator.Add(rescaled, CkksEncoder.Encode(_evaluator.Parameters, constant, rescaled.Level, rescaled.Scale));
    }

    /// <summary>T_k, from T_i and T_{k-i} with i the largest power of two below k; within [-1, 1].</summary>
    private CkksCiphertext Polynomial(int k)
    {
        if (_polynomials.TryGetValue(k, out CkksCiphertext? known))
        {
            return known;
        }

        int half = 1;
        while (2 * half < k)
        {
            half *= 2;
        }

        CkksCiphertext x = Polynomial(half);
        CkksCiphertext y = Polynomial(k - half);
        int level = Math.Min(x.Level, y.Level);
        CkksCiphertext product = _evaluator.Rescale(_evaluator.Multiply(_evaluator.DropTo(x, level), _evaluator.DropTo(y, level)));
        CkksCiphertext doubled = _evaluator.Add(product, product);
        int difference = Math.Abs((2 * half) - k);
        CkksCiphertext made;
        if (difference == 0)
        {
            double[] ones = new double[_evaluator.Parameters.Slots];
            Array.Fill(ones, 1);
            made = _evaluator.Subtract(doubled, CkksEncoder.Encode(_evaluator.Parameters, ones, doubled.Level, doubled.Scale));
        }
        else
        {
            CkksCiphertext other = _evaluator.DropTo(Polynomial(difference), doubled.Level + 1);
            made = _evaluator.Subtract(doubled, _evaluator.Rescale(_evaluator.Multiply(other, 1, doubled.Scale * _evaluator.RescalingPrime(doubled.Level + 1) / other.Scale)));
        }

        return _polynomials[k] = made.StateMagnitude(1);
    }
}

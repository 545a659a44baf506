using System.Globalization;
using System.Numerics;

namespace FastDPMeta.Privacy.Homomorphic;

/// <summary>
/// Slots to polynomials with whole coefficients and back, by the canonical embedding. Doubles: relative precision 2⁻⁴⁸ of the largest slot, and 1/2 in a
/// coefficient by rounding.
/// </summary>
public static class CkksEncoder
{
    /// <summary>Encodes real numbers.</summary>
    /// <param name="parameters">What for.</param>
    /// <param name="values">At most <see cref="CkksParameters.Slots"/>; missing ones are 0.</param>
    /// <param name="level">Rescalings that shall be left; null for all.</param>
    /// <param name="scale">At least 1; null for the parameters'. Multiply by a plaintext whose scale is <see cref="CkksEvaluator.RescalingPrime"/> and the
    /// scale stays exact.</param>
    /// <exception cref="ArgumentException">Too many values, one that is not finite, or a level or scale out of range.</exception>
    public static CkksPlaintext Encode(CkksParameters parameters, ReadOnlySpan<double> values, int? level = null, double? scale = null)
    {
        (double[] real, double[] imaginary) = Room(parameters, values.Length);
        values.CopyTo(real);
        return Encode(parameters, real, imaginary, level ?? parameters.Levels, scale ?? parameters.Scale);
    }

    /// <summary>Encodes complex numbers.</summary>
    /// <inheritdoc cref="Encode(CkksParameters, ReadOnlySpan{double}, int?, double?)"/>
    public static CkksPlaintext Encode(CkksParameters parameters, ReadOnlySpan<Complex> values, int? level = null, double? scale = null)
    {
        (double[] real, double[] imaginary) = Room(parameters, values.Length);
        for (int i = 0; i < values.Length; i++)
        {
            (real[i], imaginary[i]) = (values[i].Real, values[i].Imaginary);
        }

        return Encode(parameters, real, imaginary, level ?? parameters.Levels, scale ?? parameters.Scale);
    }

    /// <summary>The slots of a plaintext.</summary>
    /// <param name="plaintext">Any.</param>
    public static Complex[] Decode(CkksPlaintext plaintext) => Decode(plaintext.Parameters, plaintext.Values.Copy(plaintext.Values.Limbs), plaintext.Scale);

    /// <summary>Slots of values whose limbs are overwritten.</summary>
    internal static Complex[] Decode(CkksParameters parameters, RnsPolynomial values, double scale)
    {
        CkksContext context = parameters.Context;
        double[] coefficients = new double[parameters.Degree];
        for (int i = 0; i < values.Limbs; i++)
        {
            context.Inverse(values.Limb(i), i);
        }

        Reconstruct(context, values, coefficients);
        Span<double> real = coefficients.AsSpan(0, parameters.Slots);
        Span<double> imaginary = coefficients.AsSpan(parameters.Slots);
        context.Slots.ToSlots(real, imaginary);
        Complex[] slots = new Complex[parameters.Slots];
        for (int i = 0; i < slots.Length; i++)
        {
            slots[i] = new Complex(real[i] / scale, imaginary[i] / scale);
        }

        coefficients.AsSpan().Clear();
        return slots;
    }

    /// <summary>
    /// Centred coefficients from residues by Garner's mixed radix: v = d₀ + q₀·(d₁ + q₁·(d₂ + …)) with centred digits, so that small numbers have one digit
    /// and doubles lose nothing.
    /// </summary>
    private static void Reconstruct(CkksContext context, RnsPolynomial residues, Span<double> coefficients)
    {
        int limbs = residues.Limbs;
        for (int i = 0; i < limbs; i++)
        {
            context.Kernels.Reduce(residues.Limb(i), residues.Limb(i), context.Prime(i));
            for (int j = i + 1; j < limbs; j++)
            {
                // Digits of longer primes than this one are first taken modulo it.
                double inverse = context.Prime(j).Invert(context.Prime(j).Reduce(context.Prime(i).Prime));
                RnsPolynomial digit = context.RentLimb();
                context.Kernels.Reduce(digit.Limb(0), residues.Limb(i), context.Prime(j));
                context.Kernels.SubtractMultiply(residues.Limb(j), residues.Limb(j), digit.Limb(0), inverse, context.Prime(j));
                digit.Clear();
                context.Return(digit);
            }
        }

        residues.Limb(limbs - 1).CopyTo(coefficients);
        for (int i = limbs - 2; i >= 0; i--)
        {
            double prime = context.Prime(i).Prime;
            Span<double> digits = residues.Limb(i);
            for (int k = 0; k < coefficients.Length; k++)
            {
                coefficients[k] = (coefficients[k] * prime) + digits[k];
            }
        }
    }

    private static (double[] Real, double[] Imaginary) Room(CkksParameters parameters, int count)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return count <= parameters.Slots
            ? (new double[parameters.Slots], new double[parameters.Slots])
            : throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture, $"CkksEncoder.Encode: values must have at most {parameters.Slots} elements; got {count}. Use several plaintexts."));
    }

    private static CkksPlaintext Encode(CkksParameters parameters, double[] real, double[] imaginary, int level, double scale)
    {
        double magnitude = 0;
        for (int i = 0; i < real.Length; i++)
        {
            magnitude = Math.Max(magnitude, (real[i] * real[i]) + (imaginary[i] * imaginary[i]));
        }

        magnitude = Math.Sqrt(magnitude);
        double room = 0;
        for (int i = 0; i <= Math.Min(level, parameters.Levels); i++)
        {
            room += Math.Log2(parameters.Primes[i].Prime);
        }

        new ArgumentErrors("CkksEncoder.Encode")
            .Require(double.IsFinite(magnitude), "values", magnitude, "must be finite", "Check the data.")
            .Require(level >= 0 && level <= parameters.Levels, nameof(level), level, $"must lie in [0, {parameters.Levels}]", "Leave it out for the highest.")
            .Require(scale >= 1 && double.IsFinite(scale), nameof(scale), scale, "must be finite and at least 1", "Leave it out for the parameters' scale.")
            .Require(magnitude == 0 || Math.Log2(magnitude * scale) < Math.Min(room - 1, 84), "scale", scale, $"times the largest slot {magnitude:G3} must stay below half the modulus of level {level}", "Use a smaller scale or a higher level.")
            .Throw();
        CkksContext context = parameters.Context;
        context.Slots.ToCoefficients(real, imaginary, scale / parameters.Slots);
        RnsPolynomial values = context.NewPolynomial(level + 1);
        Span<double> first = values.Limb(level);
        for (int i = 0; i < real.Length; i++)
        {
            first[i] = Math.Round(real[i]);
            first[real.Length + i] = Math.Round(imaginary[i]);
        }

        for (int i = 0; i <= level; i++)
        {
            context.Kernels.Reduce(values.Limb(i), first, context.Prime(i)); // its own limb comes last
            context.Forward(values.Limb(i), i);
        }

        return new CkksPlaintext(parameters, values, scale, magnitude, context.Noise.Encoding(magnitude, scale));
    }
}

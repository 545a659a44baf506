using FastDPMeta.Privacy.Homomorphic;

namespace FastDPMeta.Privacy.Tests.Homomorphic;

/// <summary>Plain matrices times encrypted vectors, and polynomials of encrypted numbers.</summary>
public sealed class SlotMatrixTests
{
    private static readonly Lazy<(CkksParameters Parameters, CkksSecretKey Secret, CkksEvaluator Evaluator)> Owner = new(() =>
    {
        CkksParameters parameters = CkksParameters.Create(16384, 7, 40, 2);
        CkksSecretKey secret = CkksSecretKey.Generate(parameters);
        return (parameters, secret, new CkksEvaluator(secret.CreateEvaluationKeys(new SlotMatrix(parameters, new double[64, 64]).Rotations.Concat(new SlotMatrix(parameters, new double[8, 8]).Rotations))));
    });

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(64)]
    public void A_product_is_that_of_the_plain_matrix_and_vector(int size)
    {
        (CkksParameters parameters, CkksSecretKey secret, CkksEvaluator evaluator) = Owner.Value;
        double[,] matrix = new double[size, size];
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < size; j++)
            {
                matrix[i, j] = Math.Sin((i * 7) + (j * 3) + 1) / size;
            }
        }

        double[] x = [.. Enumerable.Range(0, parameters.Slots).Select(i => Math.Cos(i % size))];
        CkksCiphertext encrypted = secret.Encrypt(CkksEncoder.Encode(parameters, x)).Expand();
        SlotMatrix slotMatrix = new(parameters, matrix);
        CkksCiphertext product = slotMatrix.Multiply(evaluator, encrypted);
        Assert.Equal(encrypted.Scale, product.Scale, 1e-12 * encrypted.Scale);
        Assert.Equal(encrypted.Level - 1, product.Level);
        Assert.InRange(slotMatrix.Rotations.Count, 0, 2 * Math.Sqrt(2 * size));
        System.Numerics.Complex[] slots = secret.Decrypt(product).ForKeyHolderOnly();
        for (int i = 0; i < slots.Length; i++)
        {
            double expected = Enumerable.Range(0, size).Sum(j => matrix[i % size, j] * x[j]);
            Assert.InRange((slots[i] - expected).Magnitude, 0, Math.Min(product.ErrorBound, 1e-5));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(13)]
    [InlineData(27)]
    [InlineData(31)]
    public void A_series_on_slots_is_the_series_on_numbers(int degree)
    {
        (CkksParameters parameters, CkksSecretKey secret, CkksEvaluator evaluator) = Owner.Value;
        ChebyshevSeries sigmoid = ChebyshevSeries.Interpolate(x => 1 / (1 + Math.Exp(-x)), degree, -5, 8);
        double[] x = [.. Enumerable.Range(0, parameters.Slots).Select(i => -5 + (13.0 * i / (parameters.Slots - 1)))];
        CkksCiphertext encrypted = secret.Encrypt(CkksEncoder.Encode(parameters, x)).Expand();
        CkksCiphertext result = sigmoid.Evaluate(evaluator, encrypted);
        Assert.Equal(encrypted.Level - sigmoid.Levels, result.Level);
        Assert.Equal(encrypted.Scale, result.Scale, 1e-9 * encrypted.Scale);
        System.Numerics.Complex[] slots = secret.Decrypt(result).ForKeyHolderOnly();
        for (int i = 0; i < slots.Length; i += 7)
        {
            Assert.InRange((slots[i] - sigmoid.Evaluate(x[i])).Magnitude, 0, Math.Min(result.ErrorBound, 1e-4));
        }
    }

    [Fact]
    public void Interpolation_reproduces_polynomials_and_approaches_functions()
    {
        ChebyshevSeries cubic = ChebyshevSeries.Interpolate(x => (x * x * x) - (2 * x) + 1, 3, -2, 3);
        foreach (double x in new[] { -2.0, -0.3, 0, 1.7, 3 })
        {
            Assert.Equal((x * x * x) - (2 * x) + 1, cubic.Evaluate(x), 1e-12);
        }

        ChebyshevSeries exponential = ChebyshevSeries.Interpolate(Math.Exp, 15, -1, 1);
        Assert.Equal(Math.Exp(0.77), exponential.Evaluate(0.77), 1e-14);
    }

    [Fact]
    public void What_cannot_be_evaluated_is_refused()
    {
        (CkksParameters parameters, CkksSecretKey secret, CkksEvaluator evaluator) = Owner.Value;
        CkksCiphertext low = evaluator.DropTo(secret.Encrypt(CkksEncoder.Encode(parameters, [0.5])).Expand(), 3);
        Assert.Throws<CkksException>(() => ChebyshevSeries.Interpolate(Math.Exp, 15, -1, 1).Evaluate(evaluator, low));
        Assert.Throws<ArgumentException>(() => ChebyshevSeries.Interpolate(Math.Exp, 200, -1, 1));
        Assert.Throws<ArgumentException>(() => new ChebyshevSeries([1], 0, 1));
        Assert.Throws<ArgumentException>(() => new ChebyshevSeries([1, 2], 1, 1));
        Assert.Throws<ArgumentException>(() => new SlotMatrix(parameters, new double[3, 3]));
        Assert.Throws<ArgumentException>(() => new SlotMatrix(parameters, new double[2, 4]));
    }
}

using System.Numerics;
using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy.Homomorphic;

namespace FastDPMeta.Privacy.Tests.Homomorphic;

/// <summary>Keys of one owner, a server's evaluator, and ways to compare.</summary>
internal sealed class Party
{
    /// <summary>N = 4096, one level: the smallest there is, for exact arithmetic by hand.</summary>
    public static Lazy<Party> Small { get; } = new(() => new Party(CkksParameters.Create(4096, 1, 28)));

    /// <summary>N = 8192, three levels.</summary>
    public static Lazy<Party> Medium { get; } = new(() => new Party(CkksParameters.Create(8192, 3, 38)));

    /// <summary>N = 16384, seven levels, digits of two primes.</summary>
    public static Lazy<Party> Wide { get; } = new(() => new Party(CkksParameters.Create(16384, 7, 40, 2)));

    public Party(CkksParameters parameters)
    {
        Parameters = parameters;
        Secret = CkksSecretKey.Generate(parameters);
        Public = Secret.CreatePublicKey();
        Keys = Secret.CreateEvaluationKeys([1, 2, 4, 8, -3, 100, parameters.Slots / 2], conjugation: true);
        Evaluator = new CkksEvaluator(Keys);
    }

    public CkksParameters Parameters { get; }

    public CkksSecretKey Secret { get; }

    public CkksPublicKey Public { get; }

    public CkksEvaluationKeys Keys { get; }

    public CkksEvaluator Evaluator { get; }

    public CkksCiphertext Encrypt(Complex[] slots) => Secret.Encrypt(CkksEncoder.Encode(Parameters, slots)).Expand();

    public Complex[] Random(ulong seed, double size = 1)
    {
        using RandomKey key = RandomKey.UnsafeFixed(seed);
        using RandomStream stream = new(key);
        Complex[] slots = new Complex[Parameters.Slots];
        for (int i = 0; i < slots.Length; i++)
        {
            slots[i] = Complex.FromPolarCoordinates(size * Math.Sqrt(stream.NextDouble()), 2 * Math.PI * stream.NextDouble());
        }

        return slots;
    }

    /// <summary>The largest error of a slot, after checking that the ciphertext's own bound covers it.</summary>
    public double Check(CkksCiphertext ciphertext, Func<int, Complex> expected)
    {
        Complex[] slots = Secret.Decrypt(ciphertext).ForKeyHolderOnly();
        double error = 0;
        for (int i = 0; i < slots.Length; i++)
        {
            Complex want = expected(i);
            Assert.True(want.Magnitude <= ciphertext.Magnitude * (1 + 1e-12), $"slot {i} has size {want.Magnitude}, its bound is {ciphertext.Magnitude}");
            error = Math.Max(error, (slots[i] - want).Magnitude);
        }

        Assert.True(error <= ciphertext.ErrorBound, $"error {error:G4} exceeds the bound {ciphertext.ErrorBound:G4}");
        return error;
    }
}

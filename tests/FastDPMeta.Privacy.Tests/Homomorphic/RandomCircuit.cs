using System.Numerics;
using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy.Homomorphic;

namespace FastDPMeta.Privacy.Tests.Homomorphic;

/// <summary>A circuit of random operations on ciphertexts and, beside it, on plain numbers.</summary>
internal static class RandomCircuit
{
    private const int Operations = 8;

    public static void Run(Party owner, ulong seed)
    {
        using RandomKey key = RandomKey.UnsafeFixed(seed);
        using RandomStream choices = new(key);
        CkksEvaluator on = owner.Evaluator;
        List<(CkksCiphertext Cipher, Complex[] Plain)> known = [];
        for (ulong i = 0; i < 2; i++)
        {
            Complex[] slots = owner.Random((1000 * seed) + i, size: 0.25 + choices.NextDouble());
            known.Add((owner.Encrypt(slots), slots));
        }

        for (int i = 0; i < Operations; i++)
        {
            (CkksCiphertext x, Complex[] a) = known[choices.NextInt(known.Count)];
            (CkksCiphertext y, Complex[] b) = known[choices.NextInt(known.Count)];
            int level = Math.Min(x.Level, y.Level);
            (x, y) = (on.DropTo(x, level), on.DropTo(y, level));
            double factor = (2 * choices.NextDouble()) - 1;
            int steps = new[] { 1, 2, 4, 8, -3, 100 }[choices.NextInt(6)];
            int slots = a.Length;
            bool sameScale = Math.Abs((x.Scale / y.Scale) - 1) <= CkksEvaluator.ScaleTolerance;
            (CkksCiphertext, Complex[])? next = choices.NextInt(7) switch
            {
                0 when sameScale => (on.Add(x, y), [.. a.Zip(b, (u, v) => u + v)]),
                1 when sameScale => (on.Subtract(x, y), [.. a.Zip(b, (u, v) => u - v)]),
                2 when level > 0 => (on.Rescale(on.Multiply(x, y)), [.. a.Zip(b, (u, v) => u * v)]),
                3 when level > 0 => (on.Rescale(on.Multiply(x, factor)), [.. a.Select(u => factor * u)]),
                4 => (on.Rotate(x, steps), [.. a.Select((_, j) => a[(j + steps + slots) % slots])]),
                5 => (on.Conjugate(x), [.. a.Select(Complex.Conjugate)]),
                6 => (on.Add(x, CkksEncoder.Encode(owner.Parameters, b, level, x.Scale)), [.. a.Zip(b, (u, v) => u + v)]),
                _ => null,
            };
            if (next is { } made)
            {
                known.Add(made);
            }
        }

        foreach ((CkksCiphertext cipher, Complex[] plain) in known)
        {
            owner.Check(cipher, i => plain[i]);
        }
    }
}

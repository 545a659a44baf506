using System.Numerics;
using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy.Homomorphic;

namespace FastDPMeta.Privacy.Tests.Homomorphic;

/// <summary>Files come back as they were, and nothing else is accepted.</summary>
public sealed class CkksFileTests
{
    private static readonly Party Owner = Party.Small.Value;

    private static readonly Dictionary<string, (byte[] File, Action<Stream, CkksParameters?> Load)> Kinds = new()
    {
        ["secret"] = (Saved(Owner.Secret.Save), (stream, parameters) => CkksSecretKey.Load(stream, parameters).Dispose()),
        ["public"] = (Saved(Owner.Public.Save), (stream, parameters) => CkksPublicKey.Load(stream, parameters)),
        ["evaluation"] = (Saved(Owner.Keys.Save), (stream, parameters) => CkksEvaluationKeys.Load(stream, parameters)),
        ["ciphertext"] = (Saved(Owner.Encrypt(Owner.Random(1)).Save), (stream, parameters) => CkksCiphertext.Load(stream, parameters)),
        ["seeded"] = (Saved(Owner.Secret.Encrypt(CkksEncoder.Encode(Owner.Parameters, Owner.Random(2))).Save), (stream, parameters) => SeededCiphertext.Load(stream, parameters)),
    };

    public static TheoryData<string> Names => [.. Kinds.Keys];

    [Fact]
    public void Keys_and_ciphertexts_come_back_as_they_were()
    {
        CkksParameters parameters = Owner.Parameters;
        using CkksSecretKey secret = CkksSecretKey.Load(new MemoryStream(Saved(Owner.Secret.Save)));
        Assert.Equal(parameters, secret.Parameters);
        CkksPublicKey publicKey = CkksPublicKey.Load(new MemoryStream(Saved(Owner.Public.Save)), parameters);
        CkksEvaluator on = new(CkksEvaluationKeys.Load(new MemoryStream(Saved(Owner.Keys.Save)), parameters));
        Complex[] a = Owner.Random(3);
        SeededCiphertext seeded = secret.Encrypt(CkksEncoder.Encode(parameters, a));
        CkksCiphertext x = SeededCiphertext.Load(new MemoryStream(Saved(seeded.Save)), parameters).Expand();
        CkksCiphertext y = publicKey.Encrypt(CkksEncoder.Encode(parameters, a));
        CkksCiphertext result = on.Rescale(on.Multiply(on.Rotate(x, 1), y));
        CkksCiphertext back = CkksCiphertext.Load(new MemoryStream(Saved(result.Save)), parameters);
        Assert.Equal((result.Scale, result.Magnitude, result.ErrorBound, result.Level), (back.Scale, back.Magnitude, back.ErrorBound, back.Level));
        Owner.Check(back, i => a[(i + 1) % a.Length] * a[i]);
        Assert.Equal(Saved(result.Save), Saved(back.Save));
    }

    [Fact]
    public void A_seeded_ciphertext_is_half_as_long()
    {
        Assert.InRange(Kinds["seeded"].File.Length, 0.4 * Kinds["ciphertext"].File.Length, 0.51 * Kinds["ciphertext"].File.Length);
        Assert.InRange(Kinds["ciphertext"].File.Length, 2 * 4096 * (38 + 28) / 8, (2 * 4096 * (38 + 29) / 8) + 300); // packed to the bits of the primes
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_file_that_is_damaged_anywhere_is_refused(string name)
    {
        (byte[] file, Action<Stream, CkksParameters?> load) = Kinds[name];
        using RandomKey key = RandomKey.UnsafeFixed(7);
        using RandomStream random = new(key);
        for (int i = 0; i < 120; i++)
        {
            byte[] damaged = [.. file];
            int place = i < 80 ? i : random.NextInt(file.Length); // every byte of the header, then anywhere
            damaged[place] ^= (byte)(1 << random.NextInt(8));
            Assert.Throws<CkksException>(() => load(new MemoryStream(damaged), Owner.Parameters));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_file_that_is_cut_or_lengthened_is_refused(string name)
    {
        (byte[] file, Action<Stream, CkksParameters?> load) = Kinds[name];
        foreach (int length in new[] { 0, 1, 8, 12, 59, 60, 76, 200, file.Length / 2, file.Length - 32, file.Length - 1 })
        {
            Assert.Throws<CkksException>(() => load(new MemoryStream(file, 0, length), null));
        }

        CkksException exception = Assert.Throws<CkksException>(() => load(new MemoryStream([.. file, 0]), null));
        Assert.Contains("more follows", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_file_of_another_kind_or_for_other_parameters_is_refused(string name)
    {
        (byte[] file, Action<Stream, CkksParameters?> load) = Kinds[name];
        foreach ((string other, (byte[] theirs, _)) in Kinds)
        {
            if (other != name)
            {
                Assert.Contains("it holds a", Assert.Throws<CkksException>(() => load(new MemoryStream(theirs), null)).Message, StringComparison.Ordinal);
            }
        }

        Assert.Contains("its parameters are not", Assert.Throws<CkksException>(() => load(new MemoryStream(file), Party.Medium.Value.Parameters)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Random_bytes_behind_a_right_header_are_refused_and_cost_no_memory(string name)
    {
        (byte[] file, Action<Stream, CkksParameters?> load) = Kinds[name];
        using RandomKey key = RandomKey.UnsafeFixed(8);
        using RandomStream random = new(key);
        for (int i = 0; i < 60; i++)
        {
            byte[] nonsense = [.. file.AsSpan(0, Math.Min(file.Length, 4096))];
            random.Fill(nonsense.AsSpan(60));
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Throws<CkksException>(() => load(new MemoryStream(nonsense), Owner.Parameters));
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000_000); // one polynomial and its bytes, whatever counts and lengths say
        }
    }

    private static byte[] Saved(Action<Stream> save)
    {
        using MemoryStream stream = new();
        save(stream);
        return stream.ToArray();
    }
}

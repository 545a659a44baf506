using System.Runtime.InteropServices;
using System.Security.Cryptography;
using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Kernels.Tests.Random;

public sealed class RandomKeyTests
{
    [Fact]
    public void Derived_key_equals_HKDF_written_out_with_HMAC()
    {
        byte[] secret = [.. Enumerable.Range(0, 32).Select(i => (byte)(3 * i))];
        using RandomKey key = RandomKey.FromBytes(secret);
        using RandomKey derived = key.Derive("noise");

        // RFC 5869: extract with a salt of zeros, then one round of expand.
        byte[] pseudoRandom = HMACSHA256.HashData(new byte[32], secret);
        byte[] expected = HMACSHA256.HashData(pseudoRandom, "noise\u0001"u8.ToArray());
        Assert.Equal(MemoryMarshal.Cast<byte, uint>(expected).ToArray(), Words(derived));
    }

    [Fact]
    public void Purposes_and_keys_separate_and_repeat()
    {
        using RandomKey key = RandomKey.UnsafeFixed(1);
        using RandomKey other = RandomKey.UnsafeFixed(2);

        Assert.Equal(Words(key.Derive("noise")), Words(key.Derive("noise")));
        Assert.NotEqual(Words(key.Derive("noise")), Words(key.Derive("sampling")));
        Assert.NotEqual(Words(key.Derive("noise")), Words(other.Derive("noise")));
        Assert.NotEqual(Words(key.Derive("noise")), Words(key));
        Assert.NotEqual(Words(RandomKey.FromOperatingSystem()), Words(RandomKey.FromOperatingSystem()));
    }

    [Fact]
    public void Noise_key_holds_the_words_and_the_round()
    {
        using RandomKey key = RandomKey.UnsafeFixed(7);
        float[] block = new float[10];

        key.WriteNoiseKey(block, 0x0123456789abcdef);

        uint[] bits = MemoryMarshal.Cast<float, uint>(block).ToArray();
        Assert.Equal(Words(key), bits[..8]);
        Assert.Equal([0x89abcdefu, 0x01234567u], bits[8..]);
    }

    [Fact]
    public void Disposed_key_refuses_and_text_hides_the_secret()
    {
        RandomKey key = RandomKey.UnsafeFixed(7);
        uint[] words = Words(key);
        string text = key.ToString();
        key.Dispose();

        Assert.All(words, word => Assert.DoesNotContain(word.ToString("x8", null), text, StringComparison.OrdinalIgnoreCase));
        Assert.Throws<ObjectDisposedException>(() => key.Derive("noise"));
        Assert.Throws<ObjectDisposedException>(() => new RandomStream(key));
        Assert.Throws<ArgumentException>(() => RandomKey.FromBytes(new byte[31]));
    }

    private static uint[] Words(RandomKey key)
    {
        uint[] words = new uint[8];
        key.CopyWords(words);
        return words;
    }
}

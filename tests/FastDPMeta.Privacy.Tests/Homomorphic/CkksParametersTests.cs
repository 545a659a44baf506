using FastDPMeta.Privacy.Homomorphic;

namespace FastDPMeta.Privacy.Tests.Homomorphic;

/// <summary>Only parameters of the security table can be made.</summary>
public sealed class CkksParametersTests
{
    [Theory]
    [InlineData(4096, 1, 28, 1, 106)]
    [InlineData(8192, 3, 38, 1, 214)]
    [InlineData(16384, 7, 40, 2, 430)]
    [InlineData(32768, 16, 40, 3, 868)]
    [InlineData(65536, 31, 45, 4, 1747)]
    public void Chains_within_the_table_are_made(int degree, int levels, int scaleBits, int specialPrimes, int most)
    {
        CkksParameters parameters = CkksParameters.Create(degree, levels, scaleBits, specialPrimes);
        Assert.Equal(most, CkksParameters.MostBits(degree));
        Assert.InRange(parameters.ModulusBits, 1, most);
        Assert.Equal(levels + 1 + specialPrimes, parameters.Primes.Select(prime => prime.Value).Distinct().Count());
        Assert.Equal(parameters, CkksParameters.Create(degree, levels, scaleBits, specialPrimes));
        Assert.NotEqual(parameters, CkksParameters.Create(8192, 1, 30));
    }

    [Theory]
    [InlineData(4096, 2, 28, 1)]
    [InlineData(8192, 3, 40, 1)] // 220 bits
    [InlineData(16384, 8, 40, 2)]
    [InlineData(32768, 20, 40, 1)]
    public void Chains_beyond_the_table_are_refused_by_name(int degree, int levels, int scaleBits, int specialPrimes)
    {
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => CkksParameters.Create(degree, levels, scaleBits, specialPrimes));
        Assert.Contains("128 bits of security", refusal.Message, StringComparison.Ordinal);
        Assert.Contains($"{CkksParameters.MostBits(degree)} bits", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_that_is_out_of_range_is_named_at_once()
    {
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => CkksParameters.Create(1000, 0, 60, 9));
        Assert.All(new[] { "degree", "levels", "scaleBits", "specialPrimes" }, name => Assert.Contains(name, refusal.Message, StringComparison.Ordinal));
        Assert.Throws<ArgumentOutOfRangeException>(() => CkksParameters.MostBits(2048));
    }
}

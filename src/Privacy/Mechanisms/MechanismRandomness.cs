using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Privacy.Mechanisms;

/// <summary>The random bits of one mechanism: a secret key from the operating system, and for every release a stream of its own, so that no bits serve twice.</summary>
internal sealed class MechanismRandomness : IDisposable
{
    private readonly RandomWords _words;
    private readonly RandomStream _stream;
    private ulong _release;

    /// <summary>Under a fresh key from the operating system.</summary>
    public MechanismRandomness()
    {
        using RandomKey key = RandomKey.FromOperatingSystem();
        (_words, _stream) = Derived(key);
    }

    /// <summary>Under a given key: for tests, which repeat themselves.</summary>
    public MechanismRandomness(RandomKey key) => (_words, _stream) = Derived(key);

    /// <summary>Words of the current release.</summary>
    public RandomWords Words => _words;

    /// <summary>Numbers of the current release, independent of <see cref="Words"/>.</summary>
    public RandomStream Stream => _stream;

    /// <summary>Begins a release.</summary>
    public void Begin()
    {
        _words.MoveTo(0, _release);
        _stream.MoveToRound(_release);
        _release++;
    }

    /// <summary>Overwrites the keys.</summary>
    public void Dispose()
    {
        _words.Dispose();
        _stream.Dispose();
    }

    private static (RandomWords Words, RandomStream Stream) Derived(RandomKey key)
    {
        using RandomKey words = key.Derive("mechanism words"), numbers = key.Derive("mechanism numbers");
        return (new RandomWords(words), new RandomStream(numbers));
    }
}

using System.Globalization;
using System.Security.Cryptography;

namespace FastDPMeta.Privacy.Ledger;

/// <summary>
/// Builds lines in one buffer that is kept, so that writing a line allocates nothing. A line is a JSON object that ends in
/// <c>,"prev":"…","hash":"…"}</c> and a line feed: <c>prev</c> is the hash of the line before, <c>hash</c> the SHA-256 of this line's
/// bytes before <c>,"hash"</c>. So each hash covers all lines up to its own, and the last line can be checked too.
/// </summary>
internal sealed class LedgerLine
{
    /// <summary>The format of ledgers of one plan.</summary>
    public const int PlanVersion = 1;

    /// <summary>The format of ledgers that several analysts draw on.</summary>
    public const int SharedVersion = 2;

    /// <summary>Characters of a SHA-256 in hexadecimal.</summary>
    public const int HashLength = 64;

    /// <summary>What the first line has for the hash of the line before.</summary>
    public const string NoHash = "0000000000000000000000000000000000000000000000000000000000000000";

    private readonly byte[] _lastHash = new byte[HashLength];
    private readonly byte[] _hashBefore = new byte[HashLength];
    private byte[] _buffer = new byte[1024];
    private int _length;

    /// <summary>A chain that begins, or goes on from a line read.</summary>
    /// <param name="lastHash">Hash of the last line, or <see cref="NoHash"/>.</param>
    public LedgerLine(string lastHash) => Continue(lastHash);

    /// <summary>Hash of the last line ended, or read.</summary>
    public string LastHash => System.Text.Encoding.ASCII.GetString(_lastHash);

    /// <summary>The line built last.</summary>
    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

    /// <summary>Goes on from another last line.</summary>
    public void Continue(string lastHash) => System.Text.Encoding.ASCII.GetBytes(lastHash, _lastHash);

    /// <summary>Starts a line with the fields that every line has.</summary>
    public LedgerLine Begin(long sequence, DateTimeOffset time, ReadOnlySpan<byte> kind, int version = PlanVersion)
    {
        _length = 0;
        return Text("{\"v\":"u8).Number((long)version).Text(",\"seq\":"u8).Number(sequence).Text(",\"time\":\""u8).Time(time).Text("\",\"kind\":\""u8).Text(kind).Text("\""u8);
    }

    /// <summary>Bytes as they are.</summary>
    public LedgerLine Text(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        _length += bytes.Length;
        return this;
    }

    /// <summary>A whole number.</summary>
    public LedgerLine Number(long value)
    {
        value.TryFormat(Room(20), out int written, default, CultureInfo.InvariantCulture);
        _length += written;
        return this;
    }

    /// <summary>The shortest digits that read back as the same number; infinity as a string, for JSON has none.</summary>
    public LedgerLine Number(double value)
    {
        if (!double.IsFinite(value))
        {
            return Text("\"Infinity\""u8);
        }

        value.TryFormat(Room(32), out int written, default, CultureInfo.InvariantCulture);
        _length += written;
        return this;
    }

    /// <summary>A JSON string with what it needs escaped, quotation marks included.</summary>
    public LedgerLine Quoted(string text) => Text("\""u8).Text(System.Text.Json.JsonEncodedText.Encode(text).EncodedUtf8Bytes).Text("\""u8);

    /// <summary>Closes the line: chain, own hash, line feed. The hash becomes the next line's <c>prev</c>.</summary>
    public void End()
    {
        Text(",\"prev\":\""u8).Text(_lastHash).Text("\""u8);
        _lastHash.CopyTo(_hashBefore, 0);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Bytes, hash);
        for (int i = 0; i < hash.Length; i++)
        {
            _lastHash[2 * i] = Digit(hash[i] >> 4);
            _lastHash[(2 * i) + 1] = Digit(hash[i] & 15);
        }

        Text(",\"hash\":\""u8).Text(_lastHash).Text("\"}\n"u8);
    }

    /// <summary>The line ended last could not be written: the chain ends before it.</summary>
    public void Revert() => _hashBefore.CopyTo(_lastHash, 0);

    private static byte Digit(int value) => (byte)(value < 10 ? '0' + value : 'a' + value - 10);

    private LedgerLine Time(DateTimeOffset time)
    {
        time.TryFormat(Room(40), out int written, "O", CultureInfo.InvariantCulture);
        _length += written;
        return this;
    }

    private Span<byte> Room(int bytes)
    {
        if (_length + bytes > _buffer.Length)
        {
            Array.Resize(ref _buffer, 2 * (_length + bytes));
        }

        return _buffer.AsSpan(_length);
    }
}

using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy.Ledger;

namespace FastDPMeta.Privacy.Tests.Ledger;

/// <summary>
/// Files on a disk whose power fails. What was flushed stays. Of what was written since, each piece of 1 to 64 bytes is on the disk or is not, whatever became of the pieces before it:
/// writes are torn at any byte and arrive in any order; a hole before a piece that arrived reads as zeros. A killed process is the case in which all pieces up to some byte arrived.
/// </summary>
internal sealed class SimulatedDisk(RandomStream random)
{
    private const int LargestPiece = 64;
    private readonly Dictionary<string, Content> _files = [];

    /// <summary>Operations until the power fails.</summary>
    public int Remaining { get; set; } = int.MaxValue;

    public ILedgerStore Open(string name) => new Store(this, name);

    /// <summary>What is on the disk after the power came back.</summary>
    public void Restart()
    {
        Remaining = int.MaxValue;
        foreach (Content file in _files.Values)
        {
            file.Durable = Survivor(file);
            file.Pending.Clear();
        }
    }

    /// <summary>The bytes of a file, as a backup program sees them.</summary>
    public byte[] Copy(string name) => _files.TryGetValue(name, out Content? file) ? [.. Current(file)] : [];

    public void PutBack(string name, byte[] bytes) => _files[name] = new Content { Durable = [.. bytes] };

    private List<byte> Survivor(Content file)
    {
        bool killed = random.NextUInt32() % 3 == 0; // the process died, the machine did not: everything up to some byte
        List<byte> bytes = [.. file.Durable];
        foreach (Write write in file.Pending)
        {
            if (write.Bytes is null)
            {
                if (killed || random.NextUInt32() % 2 == 0)
                {
                    bytes.RemoveRange((int)write.Offset, Math.Max(0, bytes.Count - (int)write.Offset));
                }

                continue;
            }

            int length = killed ? (int)(random.NextUInt32() % (uint)(write.Bytes.Length + 1)) : write.Bytes.Length;
            for (int start = 0; start < length;)
            {
                int piece = Math.Min(length - start, 1 + (int)(random.NextUInt32() % LargestPiece));
                if (killed || random.NextUInt32() % 2 == 0)
                {
                    Put(bytes, (int)write.Offset + start, write.Bytes.AsSpan(start, piece));
                }

                start += piece;
            }
        }

        return bytes;
    }

    private static List<byte> Current(Content file)
    {
        List<byte> bytes = [.. file.Durable];
        foreach (Write write in file.Pending)
        {
            if (write.Bytes is null)
            {
                bytes.RemoveRange((int)write.Offset, bytes.Count - (int)write.Offset);
            }
            else
            {
                Put(bytes, (int)write.Offset, write.Bytes);
            }
        }

        return bytes;
    }

    private static void Put(List<byte> bytes, int offset, ReadOnlySpan<byte> piece)
    {
        while (bytes.Count < offset + piece.Length)
        {
            bytes.Add(0);
        }

        for (int i = 0; i < piece.Length; i++)
        {
            bytes[offset + i] = piece[i];
        }
    }

    /// <summary>The power may fail before the operation, in it, or after it.</summary>
    private void Step()
    {
        if (--Remaining < 0)
        {
            throw new PowerFailure();
        }
    }

    internal sealed class PowerFailure : Exception;

    private sealed record Write(long Offset, byte[]? Bytes);

    private sealed class Content
    {
        public List<byte> Durable { get; set; } = [];

        public List<Write> Pending { get; } = [];
    }

    private sealed class Store(SimulatedDisk disk, string name) : ILedgerStore
    {
        private readonly Content _file = disk._files.TryGetValue(name, out Content? known) ? known : disk._files[name] = new Content();

        public string Name => name;

        public long Length => Current(_file).Count;

        public byte[] ReadAll() => [.. Current(_file)];

        public void Append(ReadOnlySpan<byte> bytes)
        {
            disk.Step();
            _file.Pending.Add(new Write(Length, bytes.ToArray()));
            disk.Step();
        }

        public void Truncate(long length)
        {
            disk.Step();
            _file.Pending.Add(new Write(length, null));
            disk.Step();
        }

        public void Flush()
        {
            disk.Step();
            _file.Durable = Current(_file);
            _file.Pending.Clear();
            disk.Step();
        }

        public void Dispose()
        {
        }
    }
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace FastDPMeta.Cli.Data;

/// <summary>The id git gives a file's content. It finds damage in transit; what we keep is checked by SHA-256 besides.</summary>
internal static class GitBlob
{
    /// <summary>The id in lower-case hexadecimal.</summary>
    internal static string IdOf(Stream content)
    {
#pragma warning disable CA5350 // git's object ids are SHA-1; the decoded images are checked by SHA-256.
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
#pragma warning restore CA5350
        hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {content.Length}\0")));
        byte[] buffer = new byte[1 << 16];
        for (int count = content.Read(buffer); count > 0; count = content.Read(buffer))
        {
            hash.AppendData(buffer, 0, count);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

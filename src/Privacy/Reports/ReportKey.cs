using System.Security.Cryptography;

namespace FastDPMeta.Privacy.Reports;

/// <summary>The key that signs reports, or its public half that checks them: ECDSA over P-256 with SHA-256 (FIPS 186-5), in PEM files.</summary>
public sealed class ReportKey : IDisposable
{
    private readonly ECDsa _key;

    private ReportKey(ECDsa key, bool canSign)
    {
        _key = key;
        CanSign = canSign;
        PublicKey = key.ExportSubjectPublicKeyInfo();
        Fingerprint = $"SHA256:{Convert.ToHexStringLower(SHA256.HashData(PublicKey))}";
    }

    /// <summary>Whether it has the secret half.</summary>
    public bool CanSign { get; }

    /// <summary>SHA-256 of the public key, to be compared with what its owner says by other means.</summary>
    public string Fingerprint { get; }

    /// <summary>The public half, as X.509 writes it.</summary>
    internal byte[] PublicKey { get; }

    /// <summary>A new key.</summary>
    public static ReportKey Create() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256), canSign: true);

    /// <summary>Reads a PEM file: a private key in PKCS #8, or a public key.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="PrivacyReportException">It is missing, or no key of P-256.</exception>
    public static ReportKey Load(string path)
    {
        ECDsa key = ECDsa.Create();
        try
        {
            string pem = File.ReadAllText(path);
            key.ImportFromPem(pem);
            return Checked(key, pem.Contains("PRIVATE KEY", StringComparison.Ordinal));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or CryptographicException or PlatformNotSupportedException)
        {
            key.Dispose();
            throw new PrivacyReportException($"{path} is no key that can be read: {error.Message.ReplaceLineEndings(" ")} Give a PEM file with a P-256 key, or make one.", error);
        }
    }

    /// <summary>Writes the private key to a new file that only its owner may read, and the public key beside it with <c>.pub</c>.</summary>
    /// <param name="path">A file that does not exist.</param>
    /// <exception cref="PrivacyReportException">A file exists already, or can't be written.</exception>
    public void Save(string path)
    {
        try
        {
            WriteNew(path, _key.ExportPkcs8PrivateKeyPem(), secret: true);
            WriteNew(path + ".pub", _key.ExportSubjectPublicKeyInfoPem(), secret: false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new PrivacyReportException($"The key can't be written to {path}: {error.Message.ReplaceLineEndings(" ")} Give a new file in a folder that you may write to.", error);
        }
    }

    /// <summary>Forgets the key.</summary>
    public void Dispose() => _key.Dispose();

    /// <summary>The key that a report carries.</summary>
    internal static ReportKey FromPublicKey(byte[] publicKey)
    {
        ECDsa key = ECDsa.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(publicKey, out int read);
            return read == publicKey.Length ? Checked(key, canSign: false) : throw new CryptographicException("bytes follow the key");
        }
        catch (Exception error) when (error is CryptographicException or PlatformNotSupportedException)
        {
            key.Dispose();
            throw new PrivacyReportException("The report carries no key that can be read: it was changed. Give the file as it was made.", error);
        }
    }

    /// <summary>64 bytes: r and s.</summary>
    internal byte[] Sign(ReadOnlySpan<byte> message) => CanSign
        ? _key.SignData(message, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation)
        : throw new PrivacyReportException("This is the public half of a key: it checks reports and can't sign them. Give the private key.");

    internal bool Verifies(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        _key.VerifyData(message, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    private static ReportKey Checked(ECDsa key, bool canSign) => key.ExportParameters(false).Curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value
        ? new ReportKey(key, canSign)
        : throw new CryptographicException("it is of another curve than P-256.");

    private static void WriteNew(string path, string text, bool secret)
    {
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (secret && !OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using StreamWriter writer = new(path, options);
        writer.Write(text + "\n");
    }
}

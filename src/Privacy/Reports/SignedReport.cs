using System.Text;

namespace FastDPMeta.Privacy.Reports;

/// <summary>
/// A report and its signature in one text file. The signature covers every byte before it and the key it was made with; the lines around it have one form only, so that no
/// byte of the file can change unnoticed.
/// </summary>
/// <param name="Report">What it says.</param>
/// <param name="KeyFingerprint">Who signed it, as <see cref="ReportKey.Fingerprint"/>. Anybody can sign anything with a key of his own: compare it with what the signer says by other means.</param>
public sealed record SignedReport(PrivacyReport Report, string KeyFingerprint)
{
    private const string Begin = "-----BEGIN PRIVACY REPORT SIGNATURE-----\n", End = "-----END PRIVACY REPORT SIGNATURE-----\n";
    private const string Algorithm = "ecdsa-p256-sha256\n";

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Writes a report and signs it.</summary>
    /// <param name="report">What to say.</param>
    /// <param name="key">The signer's private key.</param>
    /// <returns>The file's bytes: UTF-8, Markdown.</returns>
    /// <exception cref="PrivacyReportException">The key can't sign.</exception>
    public static byte[] Sign(PrivacyReport report, ReportKey key)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(key);
        string body = ReportText.Write(report);
        string keyLine = Convert.ToBase64String(key.PublicKey) + "\n";
        byte[] signature = key.Sign(Message(body, keyLine));
        return Strict.GetBytes(body + Begin + Algorithm + keyLine + Convert.ToBase64String(signature) + "\n" + End);
    }

    /// <summary>Reads a signed report and checks all of it.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="trusted">The key it must be signed with; null to take the one it carries.</param>
    /// <exception cref="PrivacyReportException">A byte was changed, or it is signed with another key.</exception>
    public static SignedReport Verify(ReadOnlySpan<byte> file, ReportKey? trusted = null)
    {
        string text = Text(file);
        int start = text.LastIndexOf(Begin, StringComparison.Ordinal);
        string[] lines = start < 0 ? [] : text[(start + Begin.Length)..].Split('\n');
        if (lines.Length != 5 || lines[0] + "\n" != Algorithm || lines[3] + "\n" != End || lines[4].Length > 0)
        {
            throw new PrivacyReportException("The report has no signature of the form that this code writes: it was changed or cut off. Give the file as it was made.");
        }

        string body = text[..start];
        using ReportKey key = ReportKey.FromPublicKey(Base64(lines[1]));
        if (!key.Verifies(Message(body, lines[1] + "\n"), Base64(lines[2])))
        {
            throw new PrivacyReportException("The signature does not fit the report: one of them was changed since it was signed. Ask the signer for the file as it was made.");
        }

        if (trusted is not null && trusted.Fingerprint != key.Fingerprint)
        {
            throw new PrivacyReportException($"The report is signed with the key {key.Fingerprint}, not with the one given, {trusted.Fingerprint}. Ask the signer which key is his.");
        }

        return new SignedReport(ReportText.Read(body), key.Fingerprint);
    }

    private static byte[] Message(string body, string keyLine) => Strict.GetBytes(body + Begin + Algorithm + keyLine);

    private static string Text(ReadOnlySpan<byte> file)
    {
        try
        {
            return Strict.GetString(file);
        }
        catch (DecoderFallbackException error)
        {
            throw new PrivacyReportException("The report is not text in UTF-8: it was changed. Give the file as it was made.", error);
        }
    }

    /// <summary>Base64 has several spellings of the same bytes; only the usual one is taken.</summary>
    private static byte[] Base64(string line)
    {
        byte[] bytes = new byte[line.Length];
        return Convert.TryFromBase64String(line, bytes, out int written) && Convert.ToBase64String(bytes.AsSpan(0, written)) == line
            ? bytes[..written]
            : throw new PrivacyReportException("The report's signature is not spelt as this code writes it: it was changed. Give the file as it was made.");
    }
}

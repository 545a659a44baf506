using System.Diagnostics;
using System.Text.Json;
using FastDPMeta.Cli.Commands;
using FastDPMeta.Testing;

namespace FastDPMeta.Cli.Tests.Commands;

/// <summary>Three processes: the owner encrypts, a server that never has the key trains, the owner decrypts. Data: MovieLens (Harper, Konstan 2015).</summary>
public sealed class HeCommandTests
{
    private const string Data = "data/movielens-latest-small";

    [SkippableTheory]
    [InlineData("reptile", new[] { "--rounds", "2", "--inner-steps", "2" })]
    [InlineData("fomaml", new[] { "--rounds", "2", "--inner-steps", "1", "--outer-rate", "0.5" })]
    public void A_server_without_the_secret_key_trains_what_plain_training_gives(string rule, string[] options)
    {
        Skip.IfNot(SharedFolder.TryFind(Data, out string data), SharedFolder.Missing(Data));
        using TemporaryFolder owner = new();
        using TemporaryFolder server = new();
        string keys = Path.Combine(owner.Path, "keys");
        string tasks = Path.Combine(owner.Path, "tasks");
        Run(owner.Path, "he", "keygen", "--out", keys);
        Run(owner.Path, "he", "encrypt", "--keys", keys, "--data", data, "--out", tasks, "--rule", rule);

        // What goes to the server: evaluation keys and ciphertexts. Its folder holds nothing else, and it runs there.
        File.Copy(Path.Combine(keys, "evaluation.keys"), Path.Combine(server.Path, "evaluation.keys"));
        Directory.CreateDirectory(Path.Combine(server.Path, "tasks"));
        foreach (string file in Directory.GetFiles(tasks))
        {
            File.Copy(file, Path.Combine(server.Path, "tasks", Path.GetFileName(file)));
        }

        Directory.Move(keys, keys + "-away"); // no path leads the server to the key
        Run(server.Path, ["he", "train", "--keys", "evaluation.keys", "--tasks", "tasks", "--out", "model", "--rule", rule, .. options]);
        Assert.DoesNotContain(Directory.GetFiles(server.Path, "*", SearchOption.AllDirectories), HoldsSecretKey);
        Directory.Move(keys + "-away", keys);

        JsonElement answer = JsonDocument.Parse(Run(owner.Path, "he", "decrypt", "--keys", keys, "--model", Path.Combine(server.Path, "model"), "--data", data, "--json")).RootElement;
        Assert.InRange(answer.GetProperty("relativeDistance").GetDouble(), 0, 1e-3);
        double accuracy = answer.GetProperty("encryptedAccuracy").GetDouble();
        Assert.Equal(answer.GetProperty("plainAccuracy").GetDouble(), accuracy, 0.005);
        Assert.Equal(answer.GetProperty("plainRmse").GetDouble(), answer.GetProperty("encryptedRmse").GetDouble(), 1e-3);
        Assert.True(answer.GetProperty("encryptedRmse").GetDouble() < answer.GetProperty("untrainedRmse").GetDouble()); // it learnt something
        Assert.InRange(answer.GetProperty("errorBound").GetDouble(), 0, 1e-2);
    }

    [Fact]
    public async Task What_is_missing_or_of_another_kind_is_said_in_one_line()
    {
        using TemporaryFolder folder = new();
        string keys = Path.Combine(folder.Path, "keys");
        await Answers(0, "Keep", "he", "keygen", "--out", keys, "--degree", "8192", "--levels", "2", "--special-primes", "1");
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(Path.Combine(keys, "secret.key")) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        await Answers(1, "has a secret key already", "he", "keygen", "--out", keys);
        await Answers(1, "128 bits of security", "he", "keygen", "--out", keys + "2", "--degree", "8192", "--levels", "9");
        await Answers(1, "there is no", "he", "train", "--keys", Path.Combine(keys, "none"), "--tasks", keys, "--out", keys);
        await Answers(1, "it holds a", "he", "train", "--keys", Path.Combine(keys, "public.key"), "--tasks", keys, "--out", keys);
    }

    private static async Task Answers(int code, string words, params string[] args)
    {
        StringWriter output = new();
        Assert.Equal(code, await Application.RunAsync(args, output, output));
        Assert.Contains(words, output.ToString(), StringComparison.Ordinal);
    }

    /// <summary>The mark, version 1 and kind 1 of a secret key's file.</summary>
    private static bool HoldsSecretKey(string path)
    {
        byte[] first = new byte[12];
        using FileStream stream = File.OpenRead(path);
        return stream.ReadAtLeast(first, 12, throwOnEndOfStream: false) == 12 && first.AsSpan().SequenceEqual("FDPMCKKS\u0001\0\u0001\0"u8);
    }

    private static string Run(string folder, params string[] args)
    {
        ProcessStartInfo start = new("dotnet") { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(typeof(Application).Assembly.Location);
        foreach (string arg in args)
        {
            start.ArgumentList.Add(arg);
        }

        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{string.Join(' ', args)}: {errors.Result}");
        return output;
    }
}

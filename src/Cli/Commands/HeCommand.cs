using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using FastDPMeta.Cli.Homomorphic;
using FastDPMeta.Cli.Reports;
using FastDPMeta.Cli.Terminal;
using FastDPMeta.Privacy.Homomorphic;
using FastDPMeta.Privacy.Homomorphic.Learning;

namespace FastDPMeta.Cli.Commands;

/// <summary><c>fastdpmeta he</c>: meta-learning on encrypted data, step by step, by files, so that the party that trains never has the key.</summary>
internal sealed class HeCommand
{
    internal const string Name = "he";

    internal const string Examples =
        """
          fastdpmeta he keygen --out owner                                        the owner's keys; owner/secret.key stays there
          fastdpmeta he encrypt --keys owner --data movielens-latest-small --out tasks
          fastdpmeta he train --keys owner/evaluation.keys --tasks tasks --out model     anywhere, without the secret key
          fastdpmeta he decrypt --keys owner --model model --data movielens-latest-small --json
          fastdpmeta he bench
        """;

    private readonly Option<int?> _degree = NumberOption.Create("--degree", "N", "Ring degree: 8192, 16384, 32768 or 65536. Default: 16384.", Ranges.AtLeast(4096, "16384"));
    private readonly Option<int?> _levels = NumberOption.Create("--levels", "N", "Products that may follow each other. Default: 7.", Ranges.AtLeast(1, "7"));
    private readonly Option<int?> _special = NumberOption.Create("--special-primes", "N", "Primes of key switching. Default: 2.", Ranges.AtLeast(1, "2"));
    private readonly Option<int?> _rounds = NumberOption.Create("--rounds", "N", "Outer steps, each over all tasks. Default: 2.", Ranges.AtLeast(1, "2"));
    private readonly Option<int?> _inner = NumberOption.Create("--inner-steps", "N", "Steps of adaptation. Default: 2.", Ranges.AtLeast(1, "2"));
    private readonly Option<double?> _innerRate = NumberOption.Create("--inner-rate", "X", "Their step size. Default: 0.4.", Ranges.Positive("0.4"));
    private readonly Option<double?> _outerRate = NumberOption.Create("--outer-rate", "X", "Step size of the outer step. Default: 1.", Ranges.Positive("1"));
    private readonly Option<string> _rule = new Option<string>("--rule") { Description = "How start weights follow from adapted ones.", DefaultValueFactory = _ => "reptile" }.AcceptOnlyFromAmong("reptile", "fomaml");
    private readonly Option<bool> _json = new("--json") { Description = "Answer in one line of JSON." };
    private readonly Option<bool> _share = new("--share") { Description = "Add the noise without which shared weights would tell the secret key." };
    private readonly Screen _screen;
    private readonly CancellationToken _stop;

    private HeCommand(Screen screen, CancellationToken stop) => (_screen, _stop) = (screen, stop);

    internal static Command Create(Screen screen, CancellationToken stop)
    {
        HeCommand he = new(screen, stop);
        return new Command(Name, "Meta-learns linear models on encrypted tasks (CKKS, 128-bit security): the owner encrypts, anybody trains, the owner decrypts.")
        {
            he.KeyGen(), he.Encrypt(), he.Train(), he.Decrypt(), he.Bench(),
        };
    }

    private static Option<string> Folder(string name, string help) => new(name) { HelpName = "path", Description = help, Required = true };

    private Command KeyGen()
    {
        Option<string> folder = Folder("--out", "Folder for the keys.");
        Command command = new("keygen", "Makes keys: secret.key for the owner alone, public.key and evaluation.keys for others.") { folder, _degree, _levels, _special };
        command.SetAction(parsed =>
        {
            CkksParameters parameters = CkksParameters.Create(parsed.GetValue(_degree) ?? 16384, parsed.GetValue(_levels) ?? 7, 40, parsed.GetValue(_special) ?? 2);
            string path = parsed.GetRequiredValue(folder);
            Directory.CreateDirectory(path);
            if (File.Exists(Path.Combine(path, KeyFolder.Secret)))
            {
                throw new CommandException($"he keygen: {path} has a secret key already, and what it encrypted would be lost. Give another folder.");
            }

            using CkksSecretKey secret = CkksSecretKey.Generate(parameters);
            KeyFolder.Write(Path.Combine(path, KeyFolder.Secret), secret.Save, secret: true);
            KeyFolder.Write(Path.Combine(path, KeyFolder.Public), secret.CreatePublicKey().Save);
            KeyFolder.Write(Path.Combine(path, KeyFolder.Evaluation), secret.CreateEvaluationKeys(new TaskPacking(parameters, RatingTasks.Features).Rotations).Save);
            _screen.Output.WriteLine($"{parameters}. Keep {Path.Combine(path, KeyFolder.Secret)} to yourself.");
        });
        return command;
    }

    private Command Encrypt()
    {
        Option<string> keys = Folder("--keys", "Folder with the owner's keys.");
        Option<string> data = Folder("--data", "Folder of the data set movielens-latest-small.");
        Option<string> folder = Folder("--out", "Folder for the encrypted tasks.");
        Command command = new("encrypt", "Encrypts every training user's ratings as a task of least squares.") { keys, data, folder, _rule };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(folder);
            Directory.CreateDirectory(path);
            using CkksSecretKey secret = KeyFolder.Read(Path.Combine(parsed.GetRequiredValue(keys), KeyFolder.Secret), stream => CkksSecretKey.Load(stream));
            RatingTasks ratings = RatingTasks.Read(parsed.GetRequiredValue(data));
            bool queries = parsed.GetRequiredValue(_rule) == "fomaml";
            List<GramTask> support = ratings.Of("train", queries ? 0 : null);
            Encrypt(secret, path, "support", support);
            if (queries)
            {
                Encrypt(secret, path, "query", ratings.Of("train", 1));
            }

            new ModelSettings(support.Count).Save(path);
            _screen.Output.WriteLine($"{support.Count} tasks, {new DirectoryInfo(path).GetFiles("*.ct").Sum(file => file.Length):N0} bytes.");
        });
        return command;
    }

    private static void Encrypt(CkksSecretKey secret, string path, string group, List<GramTask> tasks)
    {
        TaskPacking packing = new(secret.Parameters, RatingTasks.Features);
        int number = 0;
        foreach (SeededCiphertext ciphertext in EncryptedTasks.Encrypt(secret, packing, tasks))
        {
            KeyFolder.Write(Path.Combine(path, KeyFolder.Ciphertext(group, number++)), ciphertext.Save);
        }
    }

    private Command Train()
    {
        Option<string> keys = Folder("--keys", "The file evaluation.keys.");
        Option<string> tasks = Folder("--tasks", "Folder with encrypted tasks.");
        Option<string> folder = Folder("--out", "Folder for the encrypted model.");
        Command command = new("train", "Meta-trains on ciphertexts. Takes no secret key.") { keys, tasks, folder, _rule, _rounds, _inner, _innerRate, _outerRate };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(tasks);
            CkksEvaluationKeys evaluation = KeyFolder.Read(parsed.GetRequiredValue(keys), stream => CkksEvaluationKeys.Load(stream));
            int count = ModelSettings.Load(path).Tasks;
            MetaRule rule = parsed.GetRequiredValue(_rule) == "fomaml" ? MetaRule.FirstOrderMaml : MetaRule.Reptile;
            EncryptedMetaOptions options = new(
                rule, parsed.GetValue(_rounds) ?? 2, parsed.GetValue(_inner) ?? 2, parsed.GetValue(_innerRate) ?? 0.4, parsed.GetValue(_outerRate) ?? 1);
            EncryptedTasks support = ReadTasks(evaluation.Parameters, path, "support", count);
            EncryptedTasks? query = rule == MetaRule.FirstOrderMaml ? ReadTasks(evaluation.Parameters, path, "query", count) : null;
            RoundLine progress = new(_screen.Output, options.Rounds);
            CkksCiphertext model = new EncryptedMetaLearner(new CkksEvaluator(evaluation), options).Train(support, query, progress, _stop);
            string output = parsed.GetRequiredValue(folder);
            Directory.CreateDirectory(output);
            KeyFolder.Write(Path.Combine(output, KeyFolder.Model), model.Save);
            new ModelSettings(count, options).Save(output);
        });
        return command;
    }

    private static EncryptedTasks ReadTasks(CkksParameters parameters, string path, string group, int count)
    {
        CkksCiphertext[] all = new CkksCiphertext[RatingTasks.Features + 1];
        for (int number = 0; number < all.Length; number++)
        {
            all[number] = KeyFolder.Read(Path.Combine(path, KeyFolder.Ciphertext(group, number)), stream => SeededCiphertext.Load(stream, parameters)).Expand();
        }

        return new EncryptedTasks(new TaskPacking(parameters, RatingTasks.Features), count, all[..^1], all[^1]);
    }

    private Command Decrypt()
    {
        Option<string> keys = Folder("--keys", "Folder with the owner's keys.");
        Option<string> model = Folder("--model", "Folder with the encrypted model.");
        Option<string?> data = new("--data") { HelpName = "path", Description = "Folder of the data set: also trains on plain data and compares." };
        Command command = new("decrypt", "Opens the start weights. Without --share they are for the key's owner alone.") { keys, model, data, _share, _json };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(model);
            using CkksSecretKey secret = KeyFolder.Read(Path.Combine(parsed.GetRequiredValue(keys), KeyFolder.Secret), stream => CkksSecretKey.Load(stream));
            CkksCiphertext ciphertext = KeyFolder.Read(Path.Combine(path, KeyFolder.Model), stream => CkksCiphertext.Load(stream, secret.Parameters));
            EncryptedMetaOptions options = ModelSettings.Load(path).Options ?? throw new CommandException($"he decrypt: {path} is no folder of a model. Give what train made.");
            SecretSlots slots = secret.Decrypt(ciphertext);
            bool share = parsed.GetValue(_share);
            System.Numerics.Complex[] opened = share ? slots.Release(ReleasePolicy.Flood()) : slots.ForKeyHolderOnly();
            int capacity = new TaskPacking(secret.Parameters, RatingTasks.Features).Capacity;
            double[] weights = [.. Enumerable.Range(0, RatingTasks.Features).Select(i => opened[i * capacity].Real)];
            RatingTasks? ratings = parsed.GetValue(data) is { } folder ? RatingTasks.Read(folder) : null;
            _screen.Output.WriteLine(parsed.GetValue(_json) ? JsonLine.Of(writer => Write(writer, weights, slots.ErrorBound, share, options, ratings)) : string.Join('\n', weights.Select(weight => weight.ToString("R", CultureInfo.InvariantCulture))));
        });
        return command;
    }

    private static void Write(Utf8JsonWriter writer, double[] weights, double bound, bool shared, EncryptedMetaOptions options, RatingTasks? ratings)
    {
        WriteArray(writer, "weights", weights);
        writer.WriteNumber("errorBound", bound);
        writer.WriteBoolean("mayBeShared", shared);
        if (ratings is null)
        {
            return;
        }

        bool queries = options.Rule == MetaRule.FirstOrderMaml;
        double[] plain = options.TrainPlain(ratings.Of("train", queries ? 0 : null), queries ? ratings.Of("train", 1) : null);
        double distance = Math.Sqrt(weights.Zip(plain, (a, b) => (a - b) * (a - b)).Sum()) / Math.Sqrt(plain.Sum(value => value * value));
        WriteArray(writer, "plainWeights", plain);
        writer.WriteNumber("relativeDistance", distance);
        Metrics("encrypted", ratings.Test(options, weights));
        Metrics("plain", ratings.Test(options, plain));
        Metrics("untrained", ratings.Test(options, new double[weights.Length]));

        void Metrics(string name, (double Error, double Accuracy) result)
        {
            writer.WriteNumber(name + "Rmse", result.Error);
            writer.WriteNumber(name + "Accuracy", result.Accuracy);
        }
    }

    private static void WriteArray(Utf8JsonWriter writer, string name, double[] values)
    {
        writer.WriteStartArray(name);
        foreach (double value in values)
        {
            writer.WriteNumberValue(value);
        }

        writer.WriteEndArray();
    }

    private Command Bench()
    {
        Option<double> seconds = new("--seconds") { HelpName = "S", Description = "Seconds an operation, at most.", DefaultValueFactory = _ => 0.5 };
        Command command = new("bench", "Times the operations on this machine, one thread.") { seconds };
        command.SetAction(parsed => OperationTiming.Run(_screen.Output, parsed.GetValue(seconds)));
        return command;
    }
}

using FastDPMeta.Engine.Compile;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Tasks;
using FastDPMeta.Kernels;

namespace FastDPMeta.Cli.Molecules;

/// <summary>The networks of a run: what is trained, and the part of it that embeds.</summary>
internal static class FingerprintNetwork
{
    private const int UsualBits = 32; // that a fingerprint of these collections has, in round numbers: a public constant, not computed from data
    private const double UsualLogit = -2; // most compounds are inactive in most assays; as public
    private const int Chunk = 256;

    /// <summary>
    /// A network that predicts every training assay from a fingerprint. Without a hidden layer it is linear in the fingerprint scaled to a fixed length, and begins at 0: every
    /// direction in which it then differs was put there by the data, or by noise.
    /// </summary>
    internal static Sequential Panel(MoleculeOptions options, int assays) => options.Width == 0
        ? new(Length(MoleculeSet.FingerprintBits), new Dense(MoleculeSet.FingerprintBits, assays, name: "assays", weightInitializer: Initializer.Zeros, biasInitializer: Bias))
        : new(
            new Dropout(options.InputDropout, "bits"),
            Hidden(options),
            new Dropout(options.Dropout, "dropout"),
            new Dense(options.Width, assays, name: "assays", biasInitializer: Bias));

    /// <summary>
    /// A network that embeds a fingerprint for a meta-learner that compares: directions count, lengths do not. Without a hidden layer what is learned is a weight for each bit.
    /// </summary>
    internal static Sequential Embedding(MoleculeOptions options) => options.Width == 0
        ? new(new RmsNorm(MoleculeSet.FingerprintBits, name: "bits"))
        : new(Hidden(options), new RmsNorm(options.Width, name: "length"));

    /// <summary>Numbers of an embedding for a meta-learner.</summary>
    internal static int EmbeddingWidth(MoleculeOptions options) => options.Width == 0 ? MoleculeSet.FingerprintBits : options.Width;

    /// <summary>Embeds every compound of a set.</summary>
    /// <param name="options">Which network, and which part of it.</param>
    /// <param name="assays">Training assays.</param>
    /// <param name="parameters">The flat parameters of the whole network.</param>
    /// <param name="set">The compounds.</param>
    /// <param name="device">Where to run.</param>
    internal static float[][] Embed(MoleculeOptions options, int assays, float[] parameters, MoleculeSet set, Device device)
    {
        // The hidden layer stands first in the flat vector, so a part of the network takes the front of it.
        Layer part = options.Unit == MoleculeUnit.Assay ? Embedding(options) : options.Head == EmbeddingHead.Profile ? Panel(options, assays) : Hidden(options);
        bool[] batched = [.. Enumerable.Repeat(false, part.Parameters.Count), true];
        float[][] arguments =
        [
            .. part.Parameters.Select((parameter, i) => parameters.AsSpan(part.Layout.Offsets[i], parameter.Shape.Count).ToArray()),
            new float[Chunk * MoleculeSet.FingerprintBits],
        ];
        using CompiledFunction function = Compiler.Compile(part.Trace(MoleculeSet.InputShape).Vmap("example", Chunk, batched), device);
        float[][] vectors = new float[set.Count][];
        int width = part.OutputShape(MoleculeSet.InputShape).Count;
        for (int first = 0; first < set.Count; first += Chunk)
        {
            int rows = Math.Min(Chunk, set.Count - first);
            for (int row = 0; row < rows; row++)
            {
                set.FillBits(first + row, arguments[^1].AsSpan(row * MoleculeSet.FingerprintBits, MoleculeSet.FingerprintBits));
            }

            float[] outputs = function.Run(arguments)[0];
            for (int row = 0; row < rows; row++)
            {
                vectors[first + row] = outputs.AsSpan(row * width, width).ToArray();
            }
        }

        return vectors;
    }

    private static Initializer Bias => Initializer.Constant(UsualLogit);

    /// <summary>Scales to a fixed length; nothing of it is learned.</summary>
    private static Frozen Length(int features) => new(new RmsNorm(features, name: "length"));

    private static Dense Hidden(MoleculeOptions options) => new(
        MoleculeSet.FingerprintBits, options.Width, Activation.Relu, name: "hidden", weightInitializer: Initializer.Normal(options.Spread / Math.Sqrt(UsualBits)));
}

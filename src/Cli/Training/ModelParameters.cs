using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Serving;

namespace FastDPMeta.Cli.Training;

/// <summary>The parameters in a run's model file.</summary>
internal static class ModelParameters
{
    /// <summary>The flat vector of all a learner learned.</summary>
    /// <param name="path">A file that a trainer saved.</param>
    /// <param name="learned">What it should hold.</param>
    /// <exception cref="ModelFileException">It is missing, damaged, or another model's.</exception>
    internal static float[] Read(string path, Layer learned)
    {
        Safetensors file = Safetensors.Load(path);
        float[] values = new float[learned.ParameterCount];
        for (int i = 0; i < learned.Parameters.Count; i++)
        {
            ReadOnlySpan<float> tensor = file[learned.Parameters[i].Name].Values.Span;
            Span<float> target = values.AsSpan(learned.Layout.Offsets[i], learned.Parameters[i].Shape.Count);
            if (tensor.Length != target.Length)
            {
                throw new ModelFileException($"{path}: {learned.Parameters[i].Name} must hold {target.Length} numbers; it has {tensor.Length}. The file belongs to another model.");
            }

            tensor.CopyTo(target);
        }

        return values;
    }
}

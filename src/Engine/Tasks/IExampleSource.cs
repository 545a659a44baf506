using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Tasks;

/// <summary>Labelled examples by number, each the data of one person.</summary>
public interface IExampleSource
{
    /// <summary>Shape of one input.</summary>
    Shape InputShape { get; }

    /// <summary>Shape of one target; a scalar for class numbers.</summary>
    Shape TargetShape { get; }

    /// <summary>Writes one example. Called from several threads at once; must not allocate if rounds are not to allocate. What is not written is 0.</summary>
    /// <param name="example">From 0 to population - 1.</param>
    /// <param name="input">Row-major, as many elements as <see cref="InputShape"/> has.</param>
    /// <param name="target">As many elements as <see cref="TargetShape"/> has.</param>
    void Fill(int example, Span<float> input, Span<float> target);
}

using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Tasks;

/// <summary>
/// A family of tasks, each a pure function of its number: the same number gives the same support and query sets every time, on every
/// machine and in any order. A population of N tasks is therefore the numbers 0 .. N - 1, and a Poisson sampler only has to pick numbers.
/// Implementations are safe to call from several threads at once and do not allocate after the first call on a thread.
/// </summary>
public interface ITaskSource
{
    /// <summary>Shape of one input, without task and example axes, as <c>[1]</c> or <c>[1, 28, 28]</c>.</summary>
    Shape InputShape { get; }

    /// <summary>Shape of one target; one number unless a source says otherwise.</summary>
    Shape TargetShape => Shape.Scalar;

    /// <summary>Number of classes; 1 for regression.</summary>
    int Way { get; }

    /// <summary>Labelled examples a learner adapts on, all classes together.</summary>
    int SupportCount { get; }

    /// <summary>Examples the adapted learner is judged on, all classes together.</summary>
    int QueryCount { get; }

    /// <summary>Writes one task. Labels are class numbers 0 .. <see cref="Way"/> - 1 held in floats, or values for regression.</summary>
    /// <param name="taskId">Which task, at least 0.</param>
    /// <param name="supportInputs">Shape <c>[example, InputShape]</c>, exactly <see cref="SupportCount"/> examples.</param>
    /// <param name="supportLabels">Shape <c>[example, TargetShape]</c>.</param>
    /// <param name="queryInputs">Shape <c>[example, InputShape]</c>, exactly <see cref="QueryCount"/> examples.</param>
    /// <param name="queryLabels">Shape <c>[example, TargetShape]</c>.</param>
    /// <exception cref="ArgumentException">The number is negative or a span has another length.</exception>
    void Fill(long taskId, Span<float> supportInputs, Span<float> supportLabels, Span<float> queryInputs, Span<float> queryLabels);
}

using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;

namespace FastDPMeta.Engine.Meta;

/// <summary>What a learner adapts to: the model, what it is judged by, and one task's support set inside a trace.</summary>
/// <param name="Model">The model, for one example.</param>
/// <param name="Loss">Loss and metric of one example.</param>
/// <param name="Shape">Shapes of the task.</param>
/// <param name="Inputs">Support inputs [example, …].</param>
/// <param name="Targets">Support targets [example, …].</param>
public sealed record Episode(Layer Model, Loss Loss, TaskShape Shape, Tensor Inputs, Tensor Targets);

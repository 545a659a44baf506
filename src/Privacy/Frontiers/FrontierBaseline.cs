namespace FastDPMeta.Privacy.Frontiers;

/// <summary>What a training is compared with, as a model without training or a method that learns nothing.</summary>
/// <param name="Name">The same in every training of a frontier.</param>
/// <param name="Value">Its metric on the tasks that the training was measured on.</param>
public sealed record FrontierBaseline(string Name, double Value);

namespace FastDPMeta.Engine.Tasks;

/// <summary>A speaker in Shakespeare's plays.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Name">As the plays spell it. A general one, as <c>Messenger</c>, joins speakers of several plays.</param>
/// <param name="Offset">Where its text begins.</param>
/// <param name="Length">How many characters it has.</param>
/// <param name="Speeches">How many speeches those are.</param>
/// <param name="Split">Whether it is learned from or measured on.</param>
public sealed record Role(int Id, string Name, int Offset, int Length, int Speeches, TaskSplit Split);

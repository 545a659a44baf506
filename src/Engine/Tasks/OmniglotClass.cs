namespace FastDPMeta.Engine.Tasks;

/// <summary>One of the 1,623 characters.</summary>
/// <param name="Id">0 .. 1622, the first index of the array of images; the number in the original file names less 1.</param>
/// <param name="AlphabetId">0 .. 49, in the order of the first character of each alphabet.</param>
/// <param name="Alphabet">The original's folder name, as <c>Anglo-Saxon_Futhorc</c>.</param>
/// <param name="Character">Number within the alphabet, from 1.</param>
/// <param name="LakeSet">Which original list it is in.</param>
/// <param name="Vinyals">Which part of the Vinyals split it is in.</param>
public sealed record OmniglotClass(int Id, int AlphabetId, string Alphabet, int Character, LakeSet LakeSet, VinyalsSplit Vinyals);

namespace FastDPMeta.Privacy.Homomorphic;

/// <summary>What a file holds. Numbers are in files: they stay.</summary>
internal enum CkksFileKind
{
    SecretKey = 1,
    PublicKey = 2,
    EvaluationKeys = 3,
    Ciphertext = 4,
    SeededCiphertext = 5,
}

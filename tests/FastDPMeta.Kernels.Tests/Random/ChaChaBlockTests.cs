using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Kernels.Tests.Random;

public sealed class ChaChaBlockTests
{
    [Fact]
    public void Block_equals_the_example_of_RFC_8439_section_2_3_2()
    {
        byte[] key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
        using RandomKey secret = RandomKey.FromBytes(key);
        Span<uint> words = stackalloc uint[8];
        secret.CopyWords(words);
        ChaChaBlock state = NoiseLayout.State(
            words[0], words[1], words[2], words[3], words[4], words[5], words[6], words[7], 0x09000000, 0x4a000000, 0);
        state.W12 = 1;

        ChaChaBlock block = ChaChaBlock.Compute(state);

        uint[] expected =
        [
            0xe4e7f110, 0x15593bd1, 0x1fdd0f50, 0xc47120a3, 0xc7f4d1c7, 0x0368c033, 0x9aaa2204, 0x4e6cd4c3,
            0x466482d2, 0x09aa9f07, 0x05d7c214, 0xa2028bd9, 0xd19c12b5, 0xb94e16de, 0xe883d0cb, 0x4e3c50a2,
        ];
        uint[] actual =
        [
            block.W0, block.W1, block.W2, block.W3, block.W4, block.W5, block.W6, block.W7,
            block.W8, block.W9, block.W10, block.W11, block.W12, block.W13, block.W14, block.W15,
        ];
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void Stream_of_the_zero_key_equals_the_test_vectors_of_RFC_8439_appendix_A_1()
    {
        using RandomKey key = RandomKey.FromBytes(new byte[32]);
        using RandomStream stream = new(key);
        byte[] bytes = new byte[128];

        stream.Fill(bytes);

        const string First = "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586";
        const string Second = "9f07e7be5551387a98ba977c732d080dcb0f29a048e3656912c6533e32ee7aed29b721769ce64e43d57133b074d839d531ed1f28510afb45ace10a1f4b794d6f";
        Assert.Equal(First + Second, Convert.ToHexStringLower(bytes));
    }
}

using McpGateway.Gateway.Sealing;

namespace McpGateway.Gateway.Tests.Sealing;

public sealed class SecretTextTests
{
    [Fact]
    public void AreEqual_OfTheSameText_WhateverItsLength()
    {
        for (var length = 0; length < 20; length++)
        {
            SecretText.AreEqual(new string('a', length), new string('a', length)).ShouldBeTrue($"{length}");
        }
    }

    [Fact]
    public void AreEqual_OfTextsThatDifferInOneBitAnywhere_IsFalse()
    {
        var text = new string('a', 19);
        for (var at = 0; at < text.Length; at++)
        {
            for (var bit = 0; bit < 16; bit++)
            {
                var other = text.ToCharArray();
                other[at] ^= (char)(1 << bit);
                SecretText.AreEqual(text, other).ShouldBeFalse($"bit {bit} of character {at}");
            }
        }
    }

    [Theory]
    [InlineData("", "a")]
    [InlineData("abcd", "abc")]
    [InlineData("abcd", "abcdabcd")]
    public void AreEqual_OfOtherLengths_IsFalse(string one, string other)
    {
        SecretText.AreEqual(one, other).ShouldBeFalse();
        SecretText.AreEqual(other, one).ShouldBeFalse();
    }
}

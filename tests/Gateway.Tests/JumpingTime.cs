using Microsoft.Extensions.Time.Testing;

namespace Gateway.Tests;

/// <summary>A clock that can be set wrong: what measures durations does not notice.</summary>
internal sealed class JumpingTime() : FakeTimeProvider(new DateTimeOffset(2026, 11, 24, 3, 53, 0, TimeSpan.Zero))
{
    private TimeSpan wrong;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + wrong;

    public override long GetTimestamp() => base.GetUtcNow().Ticks;

    public void Jump(TimeSpan by) => wrong += by;
}

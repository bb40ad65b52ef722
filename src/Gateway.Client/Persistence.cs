using System.Text.Json;

namespace QmpGateway.Client;

/// <summary>What goes on for ever tries again after each failure that may pass.</summary>
internal static class Persistence
{
    /// <summary>Asks until there is an answer.</summary>
    /// <exception cref="GatewayException">The gateway refuses it: trying again would not help.</exception>
    public static async Task<T> UntilAnsweredAsync<T>(Func<Task<T>> ask, TimeProvider time, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            TimeSpan? delay;
            try
            {
                return await ask().ConfigureAwait(false);
            }
            catch (Exception failure) when (MayPass(failure, cancellationToken))
            {
                delay = (failure as GatewayException)?.RetryAfter;
            }

            await Task.Delay(delay ?? GatewayRequests.Delay(attempt), time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Whether the next attempt may succeed.</summary>
    public static bool MayPass(Exception failure, CancellationToken cancellationToken) => failure switch
    {
        CursorExpiredException => false,
        GatewayException refused => refused.Problem.Status is < 400 or >= 500 or 429,
        OperationCanceledException => !cancellationToken.IsCancellationRequested,
        _ => failure is HttpRequestException or IOException or JsonException or TimeoutException,
    };
}

using System.Text.Json;

namespace QmpGateway.Client;

/// <summary>Retries without limit after transient failures.</summary>
internal static class Persistence
{
    /// <summary>Sends a request until it succeeds.</summary>
    /// <exception cref="GatewayException">The gateway refused the request, and a retry would not help.</exception>
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

    /// <summary>Whether the failure is transient, so that the next attempt may succeed.</summary>
    public static bool MayPass(Exception failure, CancellationToken cancellationToken) => failure switch
    {
        CursorExpiredException => false,
        GatewayException refused => refused.Problem.Status is < 400 or >= 500 or 429,
        OperationCanceledException => !cancellationToken.IsCancellationRequested,
        _ => failure is HttpRequestException or IOException or JsonException or TimeoutException,
    };
}

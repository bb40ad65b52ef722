namespace Gateway.Requests.Binding;

/// <summary>Finds the API route of a request.</summary>
internal static class RequestedRoute
{
    /// <summary>Returns the mark of the request's route; null if it is not a route of the API.</summary>
    public static ApiRouteAttribute? ApiRoute(this HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<ApiRouteAttribute>();
}

package people

import "context"

type actorKey struct{}

// With gives a request's context the actor it runs for.
func With(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

// From is the actor a request runs for; the zero Actor, who may do nothing,
// when nobody has been let in.
func From(ctx context.Context) Actor {
	a, _ := ctx.Value(actorKey{}).(Actor)
	return a
}

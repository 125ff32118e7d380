// Other people's clients follow the log, each in its own way, and come back to where they were whatever cut them off.
// Each event is told on standard output as it comes, one JSON object a line; the process ends when each has COUNT.
import { ApolloClient, InMemoryCache, gql as apolloGql } from "@apollo/client";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { Client, fetchExchange, subscriptionExchange } from "@urql/core";
import { createClient as createEventStreams } from "graphql-sse";
import { createClient as createSocket } from "graphql-ws";

const { SERVER, TOKEN } = process.env;
const COUNT = Number(process.env.COUNT);
const AGAIN_MS = 100;
const query = "subscription Resume($after: Cursor) { events(after: $after) { __typename id cursor } }";
const authorization = `Bearer ${TOKEN}`;
const socket = (retryAttempts) =>
  createSocket({
    url: `${SERVER.replace("http", "ws")}/graphql`,
    connectionParams: { authorization },
    retryAttempts,
    shouldRetry: () => true,
    retryWait: () => new Promise((resolve) => setTimeout(resolve, AGAIN_MS)),
  });
const eventStreams = (singleConnection) =>
  createEventStreams({
    url: `${SERVER}/graphql`,
    headers: { authorization },
    singleConnection,
    retryAttempts: Infinity,
    retry: () => new Promise((resolve) => setTimeout(resolve, AGAIN_MS)),
  });

class Follower {
  static waiting = 0;
  last = null;
  seen = 0;

  constructor(name) {
    this.name = name;
    Follower.waiting += 1;
  }

  take({ id, cursor }) {
    this.last = cursor;
    this.seen += 1;
    console.log(JSON.stringify({ client: this.name, event: id }));
    if (this.seen === COUNT && --Follower.waiting === 0) process.exit(0);
  }

  /** Variables that are read anew each time that the client writes them down, as it does for each attempt. */
  variables() {
    const follower = this;
    return {
      get after() {
        return follower.last;
      },
    };
  }

  /** `subscribe` is called with the present place, and again a while after it has said that it ended. */
  again(subscribe) {
    let over = false;
    subscribe(this.last, () => {
      if (!over) setTimeout(() => this.again(subscribe), AGAIN_MS);
      over = true;
    });
  }
}

const sink = (follower) => ({
  next: ({ data }) => follower.take(data.events),
  error: (error) => { throw error; },
  complete: () => { throw new Error(`${follower.name} gave up`); },
});

// graphql-ws and graphql-sse come back by themselves, with the variables as they are then.
for (const [name, client] of [
  ["graphql-ws", socket(Infinity)],
  ["graphql-sse, distinct connections", eventStreams(false)],
  ["graphql-sse, single connection", eventStreams(true)],
]) {
  const follower = new Follower(name);
  client.subscribe({ query, variables: follower.variables() }, sink(follower));
}

// Apollo Client and urql keep the variables that they were given: a new subscription begins where the last one was.
const apollo = new Follower("@apollo/client");
const apolloClient = new ApolloClient({ link: new GraphQLWsLink(socket(0)), cache: new InMemoryCache() });
apollo.again((after, ended) => {
  const asked = { query: apolloGql(query), variables: { after }, fetchPolicy: "no-cache" };
  apolloClient.subscribe(asked).subscribe({
    next: ({ data, error }) => (error ? ended() : apollo.take(data.events)),
    error: ended,
    complete: ended,
  });
});

const urql = new Follower("@urql/core");
const urqlSocket = socket(0);
const forwardSubscription = ({ query, variables }) => ({
  subscribe: (sink) => ({ unsubscribe: urqlSocket.subscribe({ query, variables }, sink) }),
});
const exchanges = [fetchExchange, subscriptionExchange({ forwardSubscription })];
const urqlClient = new Client({ url: `${SERVER}/graphql`, exchanges });
urql.again((after, ended) => {
  const { unsubscribe } = urqlClient.subscription(query, { after }).subscribe(({ data, error }) => {
    if (data) urql.take(data.events);
    if (error) {
      setTimeout(() => unsubscribe());
      ended();
    }
  });
});

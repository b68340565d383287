/** Keeps the events of one session in order, so that a client that lost a stream gets what it missed. */
export class EventLog {
  #events = [];

  async storeEvent(streamId, message) {
    this.#events.push({ streamId, message });
    return String(this.#events.length - 1);
  }

  async getStreamIdForEventId(eventId) {
    return this.#events[Number(eventId)]?.streamId;
  }

  async replayEventsAfter(lastEventId, { send }) {
    const last = Number(lastEventId);
    const streamId = this.#events[last]?.streamId;
    for (let i = last + 1; i < this.#events.length; i++) {
      const { streamId: other, message } = this.#events[i];
      // The priming event is stored as an empty message, which is nothing to replay.
      if (other === streamId && Object.keys(message).length > 0) {
        await send(String(i), message);
      }
    }
    return streamId;
  }
}

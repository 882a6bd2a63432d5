import { Body, Controller, HttpCode, HttpStatus, Inject, Param, Put } from '@nestjs/common';
import { ApiBody, ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ControlBodyPipe } from '../http/control-body.pipe';
import { ApiProblem } from '../http/openapi-schema';
import { RequestProblem } from '../http/problem';
import { LIVE_TIMELINE } from '../pipeline/topology';
import { TimelineAnnouncement } from './timeline-announcement';
import { admittedTimeline, TimelinesStore } from './timelines.store';

/** `/timelines`: what a producer says of the timeline that it sends to. */
@ApiTags('intake')
@Controller('timelines')
export class TimelinesController {
  constructor(@Inject(TimelinesStore) private readonly timelines: TimelinesStore) {}

  @Put(':name')
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiOperation({
    summary: 'Say whether more events of a named timeline will come',
    description:
      'Without it, a named timeline is at its end when nothing came for 10 s. `open` lets it wait up to 10 min; after `ended` it is at its ' +
      'end as soon as everything sent has been taken: open windows are judged, what waited in the order of time is evaluated, and attacks that ' +
      'still went on are closed.',
  })
  @ApiBody({ type: TimelineAnnouncement })
  @ApiNoContentResponse()
  @ApiProblem(400, '`invalid_parameter` (also for `live`, which has no end), `invalid_field`')
  @ApiProblem(409, '`too_many_timelines`')
  async announce(
    @Param('name') name: string,
    @Body(new ControlBodyPipe(TimelineAnnouncement)) { state }: TimelineAnnouncement,
  ): Promise<void> {
    if (name === LIVE_TIMELINE)
      throw new RequestProblem('invalid_parameter', { detail: 'the live timeline has no end' });
    if (state === '') throw new RequestProblem('invalid_field');
    await this.timelines.announce(await admittedTimeline(this.timelines, { timeline: name }), state);
  }
}
